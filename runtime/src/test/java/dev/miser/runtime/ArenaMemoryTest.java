package dev.miser.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

/** Arenas are aligned and zeroed, whatever their size, and go when nobody refers to them. */
class ArenaMemoryTest {
  @Test
  void arenasAreAlignedAndZeroed() {
    for (long bytes : new long[] {0, 1, 64, 4097, (2 << 20) - 1, 2 << 20, (5 << 20) + 64}) {
      MemorySegment arena = ArenaMemory.allocate(bytes);
      assertEquals(0, arena.address() % ArenaMemory.ALIGNMENT);
      assertTrue(arena.byteSize() >= bytes);
      for (long i = 0; i < arena.byteSize(); i++) {
        assertEquals(0, arena.get(ValueLayout.JAVA_BYTE, i));
      }
      arena.fill((byte) 1);
    }
  }

  @Test
  void unusedArenasMakeRoomForNewOnes() {
    long bytes = 200L << 20;
    for (int i = 0; i < 10; i++) {
      MemorySegment arena = ArenaMemory.allocate(bytes);
      arena.set(ValueLayout.JAVA_BYTE, bytes - 1, (byte) i);
      assertTrue(
          ArenaMemory.mappedBytes() <= (1L << 30) + 2 * bytes,
          "mapped " + ArenaMemory.mappedBytes());
    }
  }
}
