package dev.miser.compiler;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.miser.ir.plan.Target;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The machine this process runs on, as far as a Target describes it. */
public final class Host {
  private static final Path CACHES = Path.of("/sys/devices/system/cpu/cpu0/cache");

  private Host() {}

  /** Returns the Target of this machine. */
  public static Target target() {
    return target(vectorBits());
  }

  /** Returns the Target of this machine with vectors of this width. */
  public static Target target(int vectorBits) {
    return withCaches(Target.of(vectorBits, workers()), CACHES);
  }

  /** Returns the width of the vectors that Java uses here: 128, 256 or 512. */
  public static int vectorBits() {
    var options = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    try {
      int bits = 8 * Integer.parseInt(options.getVMOption("MaxVectorSize").getValue());
      return Math.clamp(bits, 128, 512);
    } catch (IllegalArgumentException unknown) {
      return 128; // a Java machine without C2: every width runs, none is fast
    }
  }

  /** Returns whether a Target may have vectors of this width. */
  public static boolean isVectorWidth(int bits) {
    return bits == 128 || bits == 256 || bits == 512;
  }

  /** Returns how many workers the container's processors serve at once. */
  public static int workers() {
    return Runtime.getRuntime().availableProcessors();
  }

  /** Returns the target with the cache sizes that the files say; what they do not say stays. */
  static Target withCaches(Target target, Path folder) {
    long first = target.l1Bytes();
    long second = target.l2Bytes();
    for (int index = 0; index < 8; index++) {
      Path cache = folder.resolve("index" + index);
      String level = line(cache.resolve("level"));
      String type = line(cache.resolve("type"));
      String size = line(cache.resolve("size"));
      if (!size.matches("[0-9]{1,9}[KM]") || type.equals("Instruction")) {
        continue;
      }
      long bytes = ByteSize.parse(size);
      if (level.equals("1")) {
        first = bytes;
      } else if (level.equals("2")) {
        second = bytes;
      }
    }
    return new Target(
        target.vectorBits(),
        target.workers(),
        first,
        second,
        target.tileRows(),
        target.tileVectors());
  }

  private static String line(Path file) {
    try {
      List<String> lines = Files.readAllLines(file);
      return lines.isEmpty() ? "" : lines.getFirst().strip();
    } catch (IOException absent) {
      return ""; // this system does not tell
    }
  }
}
