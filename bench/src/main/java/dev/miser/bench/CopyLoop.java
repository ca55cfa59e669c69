package dev.miser.bench;

import dev.miser.runtime.ArenaMemory;
import java.lang.foreign.MemorySegment;

/** Copies one half of memory such as a program's arena to the other. */
final class CopyLoop implements Work {
  private final long bytes;
  private final MemorySegment memory;

  /** Copies {@code bytes} each time. */
  CopyLoop(long bytes) {
    this.bytes = bytes;
    this.memory = ArenaMemory.allocate(2 * bytes);
  }

  @Override
  public void run() {
    MemorySegment.copy(memory, 0, memory, bytes, bytes);
  }

  @Override
  public double amount() {
    return 2.0 * bytes;
  }
}
