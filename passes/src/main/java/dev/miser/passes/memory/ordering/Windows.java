package dev.miser.passes.memory.ordering;

import java.util.Arrays;

/**
 * Local search: stretches of an order around its peak are searched exactly, with everything else
 * where it is, as long as that lowers the peak there.
 */
final class Windows {
  private static final int[] SIZES = {12, 24, 48};
  private static final long NODES = 2_000;
  private static final long MEMORY = 32L << 20;

  private final Flat graph;
  private int[] order;
  private long nodes;

  private Windows(Flat graph, int[] order) {
    this.graph = graph;
    this.order = order.clone();
  }

  /** What the search ended with. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Found(int[] order, long nodes) {}

  /**
   * Returns an order that is no worse.
   *
   * @param lower a peak that is good enough
   * @param maxWindows how many stretches may be searched
   */
  static Found improve(Flat graph, int[] order, long lower, int maxWindows) {
    var windows = new Windows(graph, order);
    int left = maxWindows;
    int size = 0;
    while (left > 0 && size < SIZES.length) {
      int at = windows.peakAt(lower);
      if (at < 0) {
        break;
      }
      left--;
      size = windows.search(at, SIZES[size], lower) ? 0 : size + 1;
    }
    return new Found(windows.order, windows.nodes);
  }

  /** Returns the first position at which most bytes are alive, or -1 if these are few enough. */
  private int peakAt(long lower) {
    var walk = new Walk(graph);
    long peak = lower;
    int at = -1;
    for (int i = 0; i < order.length; i++) {
      long during = walk.during(order[i]);
      if (during > peak) {
        peak = during;
        at = i;
      }
      walk.run(order[i]);
    }
    return at;
  }

  private boolean search(int at, int size, long lower) {
    int from = Math.max(0, at - size / 2);
    int to = Math.min(order.length, from + size);
    var before = new Walk(graph);
    for (int i = 0; i < from; i++) {
      before.run(order[i]);
    }
    int[] nodesOfWindow = Arrays.copyOfRange(order, from, to);
    Section section = Section.of(graph, nodesOfWindow, before);
    int[] ranks = new int[nodesOfWindow.length];
    Arrays.setAll(ranks, i -> i);
    long peak = Walk.peak(section.graph(), ranks);
    // Half way to the goal first; if that is too much, anything better.
    for (long target : new long[] {lower + (peak - lower) / 2, peak - 1}) {
      Exact.Found found = Exact.search(section.graph(), target, peak, NODES, MEMORY);
      nodes += found.nodes();
      if (found.order() != null) {
        System.arraycopy(section.inWhole(found.order()), 0, order, from, ranks.length);
        return true;
      }
    }
    return false;
  }
}
