package dev.miser.testmodels.numerics;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The folder of test data beside the project; a test that needs it is skipped where it is not. */
public final class Shared {
  private Shared() {}

  /** Returns a folder of the shared data, or skips the test that asks. */
  public static Path folder(String name) {
    List<Path> candidates = candidates();
    for (Path candidate : candidates) {
      if (Files.isDirectory(candidate.resolve(name))) {
        return candidate.resolve(name);
      }
    }
    assumeTrue(false, "skipped: no folder '" + name + "' in any of " + candidates);
    throw new AssertionError("not reached");
  }

  private static List<Path> candidates() {
    var candidates = new ArrayList<Path>();
    String given = System.getProperty("miser.shared", System.getenv("MISER_SHARED"));
    if (given != null) {
      candidates.add(Path.of(given));
    }
    Path root = Path.of(System.getProperty("miser.root", "..")).toAbsolutePath().normalize();
    candidates.add(root.resolve("../shared").normalize());
    candidates.add(root.resolve("../../shared").normalize());
    return candidates;
  }
}
