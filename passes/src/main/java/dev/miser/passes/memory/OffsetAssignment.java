package dev.miser.passes.memory;

import java.util.List;

/** A way to place intervals so that no two that meet overlap. */
interface OffsetAssignment {
  /** Returns what it is called in certificates. */
  String description();

  /** Returns an offset for each interval, a multiple of the alignment where sizes are. */
  long[] assign(List<Interval> intervals);

  /** Returns the size of the arena that holds intervals at these offsets. */
  static long arenaBytes(List<Interval> intervals, long[] offsets) {
    long arena = 0;
    for (int i = 0; i < offsets.length; i++) {
      arena = Math.max(arena, offsets[i] + intervals.get(i).bytes());
    }
    return arena;
  }
}
