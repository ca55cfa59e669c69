package dev.miser.passes.memory.packing;

/**
 * The buffers placed so far, by offset. Finding a gap walks over all of them, so placing n buffers
 * takes n squared steps; they are short ones, over arrays.
 */
final class Placed {
  private final Problem problem;
  private final int[] items;
  private final long[] offsets;
  private final long[] ends;
  private final int[] starts;
  private final int[] stops;
  private int count;

  /** Creates it with the pinned buffers of a problem placed. */
  Placed(Problem problem) {
    this.problem = problem;
    int capacity = problem.count();
    items = new int[capacity];
    offsets = new long[capacity];
    ends = new long[capacity];
    starts = new int[capacity];
    stops = new int[capacity];
    for (int item = 0; item < capacity; item++) {
      if (problem.items().get(item).isPinned()) {
        add(item, problem.items().get(item).pinned());
      }
    }
  }

  /** Returns the offset at which a buffer fits; above all that it meets if no gap is left. */
  long offsetFor(int item, Fit fit) {
    return offsetFor(item, fit, 0);
  }

  /**
   * Returns the offset at which a buffer fits. What is free below {@code heap} above all that it
   * meets counts as a gap like others; the rest above is taken only if no gap is left.
   */
  long offsetFor(int item, Fit fit, long heap) {
    long size = problem.size(item);
    if (size == 0) {
      return 0;
    }
    long alignment = problem.items().get(item).alignment();
    int start = problem.start(item);
    int stop = problem.end(item);
    boolean onePiece = problem.spans(item) == 1;
    long free = 0;
    long best = -1;
    long bestWidth = 0;
    for (int i = 0; i <= count; i++) {
      boolean top = i == count;
      if (!top && (starts[i] >= stop || start >= stops[i] || !meets(i, item, onePiece))) {
        continue;
      }
      long width = (top ? heap : offsets[i]) - free;
      if (width >= size && (best < 0 || isBetter(fit, width, bestWidth))) {
        if (fit == Fit.FIRST) {
          return free;
        }
        best = free;
        bestWidth = width;
      }
      if (!top && ends[i] > free) {
        free = Math.ceilDiv(ends[i], alignment) * alignment;
      }
    }
    return best >= 0 ? best : free;
  }

  private boolean meets(int index, int item, boolean onePiece) {
    return (onePiece && problem.spans(items[index]) == 1) || problem.meet(items[index], item);
  }

  private static boolean isBetter(Fit fit, long width, long bestWidth) {
    return switch (fit) {
      case FIRST -> false;
      case BEST -> width < bestWidth;
      case WORST -> width > bestWidth;
    };
  }

  /** Places a buffer; one of no bytes is in nobody's way. */
  void add(int item, long offset) {
    if (problem.size(item) == 0) {
      return;
    }
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (offsets[middle] <= offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    System.arraycopy(items, low, items, low + 1, count - low);
    System.arraycopy(offsets, low, offsets, low + 1, count - low);
    System.arraycopy(ends, low, ends, low + 1, count - low);
    System.arraycopy(starts, low, starts, low + 1, count - low);
    System.arraycopy(stops, low, stops, low + 1, count - low);
    items[low] = item;
    offsets[low] = offset;
    ends[low] = offset + problem.size(item);
    starts[low] = problem.start(item);
    stops[low] = problem.end(item);
    count++;
  }
}
