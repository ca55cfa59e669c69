package dev.miser.compiler;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The memory this process may use, and what says so: the container's limit or the machine's size.
 */
public record MemoryLimit(long bytes, String source) {
  /** Version 1 of control groups writes "no limit" as a number near the largest long. */
  private static final long NO_LIMIT = 1L << 60;

  /** Returns the limit of the process that asks. */
  public static MemoryLimit ofThisProcess() {
    return below(Path.of("/"), physicalBytes());
  }

  /** Returns the limit as the files below {@code root} state it, at most {@code physicalBytes}. */
  static MemoryLimit below(Path root, long physicalBytes) {
    MemoryLimit least = new MemoryLimit(physicalBytes, "physical memory");
    for (String line : lines(root.resolve("proc/self/cgroup"))) {
      String[] parts = line.split(":", 3);
      if (parts.length < 3) {
        continue;
      }
      if (parts[1].isEmpty()) {
        least = least.atMost(root.resolve("sys/fs/cgroup"), parts[2], "memory.max");
      } else if (List.of(parts[1].split(",", -1)).contains("memory")) {
        least =
            least.atMost(root.resolve("sys/fs/cgroup/memory"), parts[2], "memory.limit_in_bytes");
      }
    }
    return least;
  }

  /** A group is bound by its own limit and by those of all groups around it. */
  private MemoryLimit atMost(Path mount, String group, String file) {
    MemoryLimit least = this;
    Path within = Path.of("/").relativize(Path.of(group.startsWith("/") ? group : "/" + group));
    @Nullable Path folder = mount.resolve(within).normalize();
    while (folder != null && folder.startsWith(mount)) {
      for (String line : lines(folder.resolve(file))) {
        if (line.matches("[0-9]{1,19}") && new BigInteger(line).bitLength() < 63) {
          long bytes = Long.parseLong(line);
          if (bytes < NO_LIMIT && bytes < least.bytes) {
            least = new MemoryLimit(bytes, "the container's limit");
          }
        }
      }
      folder = folder.getParent();
    }
    return least;
  }

  private static long physicalBytes() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : Long.MAX_VALUE;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream().map(String::strip).toList();
    } catch (IOException absent) {
      return List.of(); // not this kind of system: the file limits nothing
    }
  }

  @Override
  public String toString() {
    return ByteSize.exact(bytes) + ", " + source;
  }
}
