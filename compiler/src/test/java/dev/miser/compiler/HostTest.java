package dev.miser.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.plan.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cache sizes come from the system where it tells them. */
class HostTest {
  @TempDir Path folder;

  @Test
  void readsDataCachesAndNotTheInstructionCache() throws IOException {
    cache(0, "1", "Data", "48K");
    cache(1, "1", "Instruction", "64K");
    cache(2, "2", "Unified", "2048K");
    cache(3, "3", "Unified", "36M");
    Target target = Host.withCaches(Target.GOLDEN, folder);
    assertEquals(48 << 10, target.l1Bytes());
    assertEquals(2 << 20, target.l2Bytes());
  }

  @Test
  void keepsTheUsualSizesWhereNothingIsTold() {
    assertEquals(Target.GOLDEN, Host.withCaches(Target.GOLDEN, folder));
  }

  @Test
  void thisMachineHasWorkers() {
    assertTrue(Host.target().workers() >= 1);
    assertTrue(Host.isVectorWidth(Host.target().vectorBits()));
  }

  private void cache(int index, String level, String type, String size) throws IOException {
    Path cache = Files.createDirectory(folder.resolve("index" + index));
    Files.writeString(cache.resolve("level"), level + "\n");
    Files.writeString(cache.resolve("type"), type + "\n");
    Files.writeString(cache.resolve("size"), size + "\n");
  }
}
