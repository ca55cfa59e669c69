package dev.miser.passes.memory;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Places one interval after the other into a gap between those it meets that are placed already.
 */
record Greedy(Order order, Fit fit) implements OffsetAssignment {
  /** Which interval is placed first. */
  enum Order {
    SIZE("by size"),
    AREA("by size times life"),
    LIFE("by life"),
    START("by start");

    private final String text;

    Order(String text) {
      this.text = text;
    }

    private Comparator<Interval> comparator() {
      Comparator<Interval> size = Comparator.comparingLong(i -> -i.bytes());
      Comparator<Interval> life = Comparator.comparingInt(i -> i.start() - i.end());
      Comparator<Interval> start = Comparator.comparingInt(Interval::start);
      return switch (this) {
        case SIZE -> size.thenComparing(life).thenComparing(start);
        case AREA ->
            Comparator.comparingDouble((Interval i) -> -(double) i.bytes() * (i.end() - i.start()))
                .thenComparing(size)
                .thenComparing(start);
        case LIFE -> life.thenComparing(size).thenComparing(start);
        case START -> start.thenComparing(size).thenComparing(life);
      };
    }
  }

  /** Which gap is taken. */
  enum Fit {
    /** The lowest that is wide enough. */
    FIRST("first fit"),
    /** The narrowest that is wide enough. */
    BEST("best fit");

    private final String text;

    Fit(String text) {
      this.text = text;
    }
  }

  @Override
  public String description() {
    return "greedy " + order.text + ", " + fit.text;
  }

  @Override
  public long[] assign(List<Interval> intervals) {
    Comparator<Interval> comparator = order.comparator();
    int[] sequence =
        IntStream.range(0, intervals.size())
            .boxed()
            .sorted((a, b) -> comparator.compare(intervals.get(a), intervals.get(b)))
            .mapToInt(Integer::intValue)
            .toArray();
    var placed = new Placed(intervals.size());
    long[] offsets = new long[intervals.size()];
    for (int index : sequence) {
      Interval interval = intervals.get(index);
      offsets[index] = placed.gap(interval, fit);
      placed.add(interval, offsets[index]);
    }
    return offsets;
  }

  /** The intervals placed so far, by offset; arrays, for this is where planning spends its time. */
  private static final class Placed {
    private final long[] offsets;
    private final long[] ends;
    private final int[] starts;
    private final int[] stops;
    private int count;

    Placed(int capacity) {
      offsets = new long[capacity];
      ends = new long[capacity];
      starts = new int[capacity];
      stops = new int[capacity];
    }

    long gap(Interval interval, Fit fit) {
      long free = 0;
      long best = -1;
      long bestWidth = Long.MAX_VALUE;
      for (int i = 0; i < count; i++) {
        if (starts[i] < interval.end() && interval.start() < stops[i]) {
          long width = offsets[i] - free;
          if (width >= interval.bytes() && width < bestWidth) {
            best = free;
            bestWidth = width;
            if (fit == Fit.FIRST || width == interval.bytes()) {
              return best;
            }
          }
          free = Math.max(free, ends[i]);
        }
      }
      return best >= 0 ? best : free;
    }

    void add(Interval interval, long offset) {
      if (interval.bytes() == 0) {
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
      System.arraycopy(offsets, low, offsets, low + 1, count - low);
      System.arraycopy(ends, low, ends, low + 1, count - low);
      System.arraycopy(starts, low, starts, low + 1, count - low);
      System.arraycopy(stops, low, stops, low + 1, count - low);
      offsets[low] = offset;
      ends[low] = offset + interval.bytes();
      starts[low] = interval.start();
      stops[low] = interval.end();
      count++;
    }
  }
}
