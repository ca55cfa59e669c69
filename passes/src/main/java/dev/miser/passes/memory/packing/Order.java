package dev.miser.passes.memory.packing;

import java.util.Arrays;
import java.util.Comparator;

/** Which buffer is placed before which. What is equal keeps the problem's order. */
enum Order {
  /** The largest first, then what lives longest, then what is born first. */
  SIZE,
  /** The largest first, then what lives longest. */
  SIZE_THEN_LIFE,
  /** The largest first, then what is born first. */
  SIZE_THEN_START,
  /** The largest product of size and life first. */
  AREA,
  /** What lives longest first. */
  LIFE,
  /** What is born first, then the largest. */
  START,
  /** What is born first, as a running program asks for it. */
  BIRTH,
  /** What meets the most buffers first among the largest. */
  SIZE_THEN_CONFLICTS,
  /** The largest of the stretch of time with the most bytes alive first. */
  BREADTH;

  /** Returns the buffers of a problem that are not pinned. */
  int[] sort(Problem problem) {
    Integer[] items = new Integer[problem.count()];
    Arrays.setAll(items, i -> i);
    Arrays.sort(items, comparator(problem));
    return Arrays.stream(items)
        .mapToInt(Integer::intValue)
        .filter(item -> !problem.items().get(item).isPinned())
        .toArray();
  }

  private Comparator<Integer> comparator(Problem problem) {
    Comparator<Integer> size = Comparator.comparingLong(item -> -problem.size(item));
    Comparator<Integer> life = Comparator.comparingLong(item -> -life(problem, item));
    Comparator<Integer> start = Comparator.comparingInt(problem::start);
    return switch (this) {
      case SIZE -> size.thenComparing(life).thenComparing(start);
      case SIZE_THEN_LIFE -> size.thenComparing(life);
      case SIZE_THEN_START -> size.thenComparing(start);
      case AREA -> {
        Comparator<Integer> area =
            Comparator.comparingDouble(item -> -(double) problem.size(item) * life(problem, item));
        yield area.thenComparing(size).thenComparing(start);
      }
      case LIFE -> life.thenComparing(size).thenComparing(start);
      case START -> start.thenComparing(size).thenComparing(life);
      case BIRTH -> start;
      case SIZE_THEN_CONFLICTS -> {
        int[] conflicts = conflicts(problem);
        yield size.thenComparingInt(item -> -conflicts[item]);
      }
      case BREADTH -> {
        long[] breadth = breadth(problem);
        Comparator<Integer> widest = Comparator.comparingLong(item -> -breadth[item]);
        yield widest.thenComparing(size).thenComparing(life).thenComparing(start);
      }
    };
  }

  /** Returns how long a buffer is alive, in the problem's own times. */
  private static long life(Problem problem, int item) {
    long life = 0;
    for (Lifetime stretch : problem.items().get(item).lives()) {
      life += stretch.upper() - stretch.lower();
    }
    return life;
  }

  private static int[] conflicts(Problem problem) {
    int[] conflicts = new int[problem.count()];
    for (int a = 0; a < conflicts.length; a++) {
      for (int b = 0; b < a; b++) {
        if (problem.meet(a, b)) {
          conflicts[a]++;
          conflicts[b]++;
        }
      }
    }
    return conflicts;
  }

  /** Returns, for each buffer, the most bytes alive at a time at which it is. */
  private static long[] breadth(Problem problem) {
    var load = new RangeMaximum(problem.load());
    long[] breadth = new long[problem.count()];
    for (int item = 0; item < breadth.length; item++) {
      for (int span = 0; span < problem.spans(item); span++) {
        breadth[item] =
            Math.max(
                breadth[item],
                load.maximum(problem.spanStart(item, span), problem.spanEnd(item, span)));
      }
    }
    return breadth;
  }
}
