package dev.miser.passes.memory.packing;

import java.util.Arrays;

/**
 * Stretches of time, from which one inside a given stretch is taken in logarithmic time: the one
 * that begins first, of those the one that ends last.
 */
final class Shelf {
  private static final int TAKEN = Integer.MAX_VALUE;

  private final int[] items;
  private final int[] starts;

  /** A complete binary tree of the earliest ends; the leaves are the stretches in order. */
  private final int[] earliest;

  private final int leaves;

  /**
   * @param items in order of start, then of decreasing end
   * @param starts of all items
   * @param ends of all items
   */
  Shelf(int[] items, int[] starts, int[] ends) {
    this.items = items;
    this.starts = Arrays.stream(items).map(item -> starts[item]).toArray();
    leaves = Math.max(1, Integer.highestOneBit(Math.max(1, 2 * items.length - 1)));
    earliest = new int[2 * leaves];
    Arrays.fill(earliest, TAKEN);
    for (int i = 0; i < items.length; i++) {
      earliest[leaves + i] = ends[items[i]];
    }
    for (int node = leaves - 1; node > 0; node--) {
      earliest[node] = Math.min(earliest[2 * node], earliest[2 * node + 1]);
    }
  }

  /** Returns the place of a stretch that lies in [from, to), or -1. */
  int find(int from, int to) {
    if (earliest[1] > to) {
      return -1;
    }
    int place = firstFrom(from);
    if (place == items.length) {
      return -1;
    }
    int node = leaves + place;
    while (earliest[node] > to) {
      // On to the next subtree on the right; past the last one the root is left upwards.
      while ((node & 1) == 1) {
        node >>= 1;
      }
      if (node == 0) {
        return -1;
      }
      node++;
    }
    while (node < leaves) {
      node = earliest[2 * node] <= to ? 2 * node : 2 * node + 1;
    }
    return node - leaves;
  }

  /** Returns the place of the first stretch that begins at a time or after. */
  private int firstFrom(int time) {
    int low = 0;
    int high = items.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (starts[middle] < time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  int item(int place) {
    return items[place];
  }

  /** Removes the stretch at a place. */
  void take(int place) {
    int node = leaves + place;
    earliest[node] = TAKEN;
    for (node >>= 1; node > 0; node >>= 1) {
      earliest[node] = Math.min(earliest[2 * node], earliest[2 * node + 1]);
    }
  }
}
