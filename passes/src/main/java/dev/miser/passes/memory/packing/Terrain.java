package dev.miser.passes.memory.packing;

import java.util.Arrays;

/**
 * The upper edge of what is placed: a height for each stretch of time, kept as plateaus of equal
 * height between neighbours that differ. Finds the lowest plateau and changes it in logarithmic
 * time.
 */
final class Terrain {
  private static final long NONE = Long.MAX_VALUE;

  private final int times;

  /** For the first time of each plateau, the time after it. */
  private final int[] end;

  /** For the first time of each plateau, the first of the one before, or -1. */
  private final int[] before;

  /** A complete binary tree of the lowest heights; the leaf of a time that begins none is NONE. */
  private final long[] lowest;

  private final int leaves;

  /** Creates it flat, at height 0, over so many stretches of time, at least one. */
  Terrain(int times) {
    this.times = times;
    end = new int[times];
    before = new int[times];
    leaves = Integer.highestOneBit(2 * times - 1);
    lowest = new long[2 * leaves];
    Arrays.fill(lowest, NONE);
    end[0] = times;
    before[0] = -1;
    setHeight(0, 0);
  }

  /** Returns the first time of the lowest plateau, the first of equals. */
  int lowest() {
    int node = 1;
    while (node < leaves) {
      node = lowest[2 * node] <= lowest[2 * node + 1] ? 2 * node : 2 * node + 1;
    }
    return node - leaves;
  }

  /** Returns the height of the plateau that begins at a time. */
  long height(int plateau) {
    return lowest[leaves + plateau];
  }

  /** Returns the time after the plateau that begins at a time. */
  int end(int plateau) {
    return end[plateau];
  }

  /** Raises a plateau to the lower one of its neighbours, of which it must have one. */
  void raise(int plateau) {
    long left = before[plateau] < 0 ? NONE : height(before[plateau]);
    long right = end[plateau] == times ? NONE : height(end[plateau]);
    if (left == NONE && right == NONE) {
      throw new IllegalStateException("nothing is higher than all there is");
    }
    setHeight(plateau, Math.min(left, right));
    merge(plateau);
  }

  /** Raises the part [from, to) of a plateau to a greater height. */
  void raise(int plateau, int from, int to, long height) {
    long low = height(plateau);
    if (to < end[plateau]) {
      split(plateau, to, low);
    }
    int raised = plateau;
    if (from > plateau) {
      split(plateau, from, low);
      raised = from;
    }
    setHeight(raised, height);
    merge(raised);
  }

  private void split(int plateau, int at, long height) {
    end[at] = end[plateau];
    before[at] = plateau;
    if (end[at] < times) {
      before[end[at]] = at;
    }
    end[plateau] = at;
    setHeight(at, height);
  }

  private void merge(int plateau) {
    int next = end[plateau];
    if (next < times && height(next) == height(plateau)) {
      remove(next);
    }
    int previous = before[plateau];
    if (previous >= 0 && height(previous) == height(plateau)) {
      remove(plateau);
    }
  }

  /** Joins a plateau to the one before it. */
  private void remove(int plateau) {
    int previous = before[plateau];
    end[previous] = end[plateau];
    if (end[plateau] < times) {
      before[end[plateau]] = previous;
    }
    setHeight(plateau, NONE);
  }

  private void setHeight(int plateau, long height) {
    int node = leaves + plateau;
    lowest[node] = height;
    for (node >>= 1; node > 0; node >>= 1) {
      lowest[node] = Math.min(lowest[2 * node], lowest[2 * node + 1]);
    }
  }
}
