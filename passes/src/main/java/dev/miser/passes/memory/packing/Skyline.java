package dev.miser.passes.memory.packing;

import java.util.Arrays;

/**
 * Fills an arena from the bottom: again and again places, of the buffers not yet placed, one that
 * can lie lowest, which is right above those placed that it meets. No other could have used what is
 * free below, so nothing is lost by closing it. The choice among several is by priority.
 *
 * <p>With a capacity it is a buffer's turn only if above its offset all buffers not yet placed that
 * are alive with it, at any one time, still fit.
 */
final class Skyline {
  /** The key of a buffer that waits until one that it meets is placed. */
  private static final long WAITS = Long.MAX_VALUE - 1;

  private static final long PLACED = Long.MAX_VALUE;
  private static final int BLOCK = 16;

  private final Problem problem;
  private final Cliques cliques;
  private final int count;

  /** The lowest offset of each buffer above those placed that it meets. */
  private final long[] lowest;

  /** The same while it may be a buffer's turn. */
  private final long[] key;

  /** For each clique, the bytes not yet placed. */
  private final long[] rest;

  private final long[] offset;

  /** In each block of buffers the one whose turn comes first, if the block is not stale. */
  private final int[] first;

  private final boolean[] stale;
  private long peak;
  private long placements;

  Skyline(Problem problem, Cliques cliques) {
    this.problem = problem;
    this.cliques = cliques;
    count = cliques.count;
    lowest = new long[count];
    key = new long[count];
    rest = new long[cliques.cliques];
    offset = new long[count];
    first = new int[(count + BLOCK - 1) / BLOCK];
    stale = new boolean[first.length];
  }

  /**
   * Places all buffers below a capacity, those of high priority first where there is a choice, and
   * returns whether it succeeded; if not, the buffers still to be placed are {@link #isLeft}.
   */
  boolean fill(double[] priority, long capacity) {
    System.arraycopy(cliques.load, 0, rest, 0, rest.length);
    Arrays.fill(stale, true);
    peak = 0;
    for (int i = 0; i < count; i++) {
      lowest[i] = abovePins(i, 0);
      key[i] = lowest[i];
    }
    for (int left = count; left > 0; ) {
      int next = next(priority);
      if (key[next] == WAITS) {
        return false;
      }
      if (fits(next, capacity)) {
        place(next);
        left--;
      } else {
        key[next] = WAITS;
        stale[next / BLOCK] = true;
      }
    }
    return true;
  }

  /** Returns the end of the highest buffer placed. */
  long peak() {
    return peak;
  }

  /** Returns the offset of a buffer that is placed. */
  long offset(int buffer) {
    return offset[buffer];
  }

  /** Returns whether a buffer was not placed. */
  boolean isLeft(int buffer) {
    return key[buffer] != PLACED;
  }

  /** Returns how many buffers were placed since this was made. */
  long placements() {
    return placements;
  }

  private int next(double[] priority) {
    int best = -1;
    for (int block = 0; block < first.length; block++) {
      if (stale[block]) {
        int from = block * BLOCK;
        int to = Math.min(count, from + BLOCK);
        int found = from;
        for (int i = from + 1; i < to; i++) {
          if (isBefore(i, found, priority)) {
            found = i;
          }
        }
        first[block] = found;
        stale[block] = false;
      }
      if (best < 0 || isBefore(first[block], best, priority)) {
        best = first[block];
      }
    }
    return best;
  }

  private boolean isBefore(int one, int other, double[] priority) {
    return key[one] < key[other] || (key[one] == key[other] && priority[one] > priority[other]);
  }

  private boolean fits(int buffer, long capacity) {
    long room = capacity - lowest[buffer];
    if (room < cliques.size[buffer]) {
      return false;
    }
    int[] ranges = cliques.ranges[buffer];
    for (int k = 0; k < ranges.length; k += 2) {
      for (int clique = ranges[k]; clique < ranges[k + 1]; clique++) {
        if (rest[clique] > room) {
          return false;
        }
      }
    }
    return true;
  }

  private void place(int buffer) {
    placements++;
    offset[buffer] = lowest[buffer];
    key[buffer] = PLACED;
    stale[buffer / BLOCK] = true;
    long top = offset[buffer] + cliques.size[buffer];
    peak = Math.max(peak, top);
    int[] ranges = cliques.ranges[buffer];
    for (int k = 0; k < ranges.length; k += 2) {
      for (int clique = ranges[k]; clique < ranges[k + 1]; clique++) {
        rest[clique] -= cliques.size[buffer];
      }
    }
    for (int other : cliques.neighbours[buffer]) {
      if (key[other] == PLACED) {
        continue;
      }
      if (lowest[other] < top) {
        lowest[other] = abovePins(other, top);
      }
      if (key[other] != lowest[other]) {
        key[other] = lowest[other];
        stale[other / BLOCK] = true;
      }
    }
  }

  /** Returns the lowest offset from one on that is aligned and clear of pinned buffers. */
  private long abovePins(int buffer, long from) {
    long alignment = cliques.alignment[buffer];
    long at = alignment == 1 ? from : Math.ceilDiv(from, alignment) * alignment;
    for (int pin : cliques.pins[buffer]) {
      long begin = problem.items().get(pin).pinned();
      long end = begin + problem.size(pin);
      if (begin < at + cliques.size[buffer] && at < end) {
        at = Math.ceilDiv(end, alignment) * alignment;
      }
    }
    return at;
  }
}
