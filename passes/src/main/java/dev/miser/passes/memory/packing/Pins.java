package dev.miser.passes.memory.packing;

/** What is known of offsets before anything is placed. */
final class Pins {
  private Pins() {}

  /** Returns an offset for each buffer: where it is pinned, or 0. */
  static long[] offsets(Problem problem) {
    long[] offsets = new long[problem.count()];
    for (int item = 0; item < offsets.length; item++) {
      offsets[item] = Math.max(0, problem.items().get(item).pinned());
    }
    return offsets;
  }
}
