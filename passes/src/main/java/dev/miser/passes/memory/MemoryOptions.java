package dev.miser.passes.memory;

import dev.miser.passes.memory.packing.Effort;
import dev.miser.passes.memory.packing.Strategies;
import dev.miser.passes.memory.packing.Strategy;

/**
 * How buffers are placed in the arena.
 *
 * @param strategy what places them
 * @param effort how much it may search
 */
public record MemoryOptions(Strategy strategy, Effort effort) {
  public static final MemoryOptions DEFAULT = new MemoryOptions(Strategies.OURS, Effort.DEFAULT);

  public MemoryOptions withStrategy(Strategy other) {
    return new MemoryOptions(other, effort);
  }

  public MemoryOptions withEffort(Effort other) {
    return new MemoryOptions(strategy, other);
  }
}
