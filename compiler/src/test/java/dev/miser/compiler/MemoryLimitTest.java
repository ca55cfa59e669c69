package dev.miser.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The limit is read from the files that each version of control groups has. */
class MemoryLimitTest {
  private static final long PHYSICAL = 1L << 34;

  @TempDir Path root;

  @Test
  void withoutGroupsThePhysicalMemoryCounts() {
    assertEquals(new MemoryLimit(PHYSICAL, "physical memory"), MemoryLimit.below(root, PHYSICAL));
  }

  @Test
  void versionTwoTakesTheSmallestOfTheGroupAndThoseAroundIt() throws IOException {
    write("proc/self/cgroup", "0::/pod/box\n");
    write("sys/fs/cgroup/pod/memory.max", "300000000\n");
    write("sys/fs/cgroup/pod/box/memory.max", "max\n");
    assertEquals(300_000_000, MemoryLimit.below(root, PHYSICAL).bytes());
  }

  @Test
  void versionTwoInItsOwnNamespace() throws IOException {
    write("proc/self/cgroup", "0::/\n");
    write("sys/fs/cgroup/memory.max", "100000000");
    assertEquals("the container's limit", MemoryLimit.below(root, PHYSICAL).source());
  }

  @Test
  void versionOneNamesItsController() throws IOException {
    write("proc/self/cgroup", "5:cpu,cpuacct:/a\n4:memory:/docker/x\n");
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    write("sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes", "200000000\n");
    assertEquals(200_000_000, MemoryLimit.below(root, PHYSICAL).bytes());
  }

  @Test
  void aGroupPathThatLeavesTheMountIsNotFollowed() throws IOException {
    write("proc/self/cgroup", "0::/../../elsewhere\n");
    write("elsewhere/memory.max", "1\n");
    assertEquals(PHYSICAL, MemoryLimit.below(root, PHYSICAL).bytes());
  }

  @Test
  void thisProcessHasMemory() {
    assertTrue(MemoryLimit.ofThisProcess().bytes() > 1 << 20);
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
