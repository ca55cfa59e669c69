package dev.miser.testmodels.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.fail;

import dev.miser.frontend.Parsed;
import dev.miser.frontend.Parser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Runs every file of the golden folder and compares what comes out with what stands there. */
class GoldenTest {
  static final Path ROOT = Path.of("golden");
  private static final boolean UPDATE = "update".equals(System.getProperty("golden"));
  private static final String ONLY = System.getProperty("golden.only", "");
  @TempDir Path reproducers;

  static List<GoldenFile> files() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(Files::isRegularFile)
          .sorted()
          .map(f -> GoldenFile.read(ROOT, f))
          .toList();
    }
  }

  @TestFactory
  List<DynamicTest> goldens() throws IOException {
    assertFalse(
        UPDATE && System.getenv("CI") != null, "golden files are not updated where CI is set");
    var tests = new ArrayList<DynamicTest>();
    for (GoldenFile file : files()) {
      if (file.name().contains(ONLY)) {
        tests.add(DynamicTest.dynamicTest(file.name(), file.path().toUri(), () -> check(file)));
      }
    }
    assertFalse(tests.isEmpty(), "no golden file's path contains '" + ONLY + "'");
    return tests;
  }

  private void check(GoldenFile file) {
    assertEquals(List.of(), file.problems(), file.name());
    Parsed parsed = Parser.parse(file.source());
    List<String> errors =
        parsed.diagnostics().stream()
            .map(d -> d.place().line() + ": " + d.code().text() + ": " + d.message())
            .toList();
    assertEquals(file.announcedErrors(), errors, file.name());
    var runs = new GoldenRuns(reproducers);
    var output = new StringBuilder();
    for (String run : file.runs()) {
      output.append(GoldenFile.section(run, runs.run(run, parsed)));
    }
    // What stands after the first //= line of a section; the heading names the run, not the result.
    String results = output.toString().replaceAll("(?m)^//= .*\n", "");
    for (String claim : file.must()) {
      if (!results.contains(claim)) {
        fail(file.name() + ": must hold, and does not: " + claim + "\n" + output);
      }
    }
    for (String claim : file.mustNot()) {
      if (results.contains(claim)) {
        fail(file.name() + ": must not hold, and does: " + claim + "\n" + output);
      }
    }
    if (UPDATE) {
      file.write(output.toString());
      return;
    }
    assertEquals(
        file.output(),
        output.toString(),
        () ->
            file.name()
                + "; if the new output is right: ./build -q test -pl test-models -am"
                + " -Dtest=GoldenTest -Dgolden=update -Dgolden.only="
                + file.name());
  }
}
