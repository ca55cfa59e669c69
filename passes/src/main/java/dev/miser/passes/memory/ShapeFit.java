package dev.miser.passes.memory;

import dev.miser.ir.plan.Certificate;
import dev.miser.ir.plan.Extent;
import dev.miser.passes.memory.packing.Outcome;
import dev.miser.passes.memory.packing.Packing;
import dev.miser.passes.memory.packing.Problem;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Places one shape after the other into a gap between those it meets that are placed already. */
record ShapeFit(Order order, Fit fit) {
  /** Which shape is placed first. */
  enum Order {
    SIZE("size"),
    AREA("area"),
    LIFE("life"),
    START("start");

    private final String text;

    Order(String text) {
      this.text = text;
    }

    private Comparator<Shape> comparator() {
      Comparator<Shape> size = Comparator.comparingLong(s -> -s.bytes());
      Comparator<Shape> life = Comparator.comparingInt(s -> s.start() - s.end());
      Comparator<Shape> start = Comparator.comparingInt(Shape::start);
      return switch (this) {
        case SIZE -> size.thenComparing(life).thenComparing(start);
        case AREA ->
            Comparator.comparingDouble((Shape s) -> -(double) s.bytes() * (s.end() - s.start()))
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
    FIRST("first-fit"),
    /** The narrowest that is wide enough. */
    BEST("best-fit");

    private final String text;

    Fit(String text) {
      this.text = text;
    }
  }

  /** All that are worth trying, best first. */
  static final List<ShapeFit> ALL =
      List.of(
          new ShapeFit(Order.SIZE, Fit.BEST),
          new ShapeFit(Order.SIZE, Fit.FIRST),
          new ShapeFit(Order.AREA, Fit.BEST),
          new ShapeFit(Order.AREA, Fit.FIRST),
          new ShapeFit(Order.LIFE, Fit.FIRST),
          new ShapeFit(Order.START, Fit.BEST));

  /**
   * Places shapes, whose hulls are the items of a problem and which need so many bytes at least.
   */
  Outcome pack(List<Shape> shapes, Problem hulls, long load) {
    String name = "shapes-" + fit.text + "-by-" + order.text;
    Packing packing = Packing.of(hulls, offsets(shapes));
    return new Outcome(packing, load, name, Certificate.LOAD, 0, Outcome.Stop.DONE, 0);
  }

  /** Returns an offset for each shape, a multiple of the alignment. */
  private long[] offsets(List<Shape> shapes) {
    Comparator<Shape> comparator = order.comparator();
    int[] sequence =
        IntStream.range(0, shapes.size())
            .boxed()
            .sorted((a, b) -> comparator.compare(shapes.get(a), shapes.get(b)))
            .mapToInt(Integer::intValue)
            .toArray();
    var placed = new Placed();
    long[] offsets = new long[shapes.size()];
    for (int index : sequence) {
      Shape shape = shapes.get(index);
      if (!shape.extents().isEmpty()) {
        offsets[index] = placed.gap(shape, fit);
        placed.add(shape, offsets[index]);
      }
    }
    return offsets;
  }

  /** The lines placed so far, by first byte; arrays, for this is where planning spends its time. */
  private static final class Placed {
    private long[] from = new long[64];
    private long[] to = new long[64];
    private int[] start = new int[64];
    private int[] end = new int[64];
    private int count;
    // The offsets at which a shape would overlap something: open intervals.
    private long[] low = new long[64];
    private long[] high = new long[64];

    long gap(Shape shape, Fit fit) {
      int blocked = 0;
      for (Extent extent : shape.extents()) {
        for (int i = 0; i < count; i++) {
          if (start[i] < extent.end() && extent.start() < end[i] && to[i] > extent.from()) {
            if (blocked == low.length) {
              low = Arrays.copyOf(low, 2 * blocked);
              high = Arrays.copyOf(high, 2 * blocked);
            }
            low[blocked] = from[i] - extent.to();
            high[blocked++] = to[i] - extent.from();
          }
        }
      }
      if (shape.extents().size() > 1) {
        sort(blocked);
      }
      long free = 0;
      long best = -1;
      long bestWidth = Long.MAX_VALUE;
      for (int i = 0; i < blocked; i++) {
        long width = low[i] - free;
        if (width >= 0 && width < bestWidth) {
          best = free;
          bestWidth = width;
          if (fit == Fit.FIRST || width == 0) {
            return best;
          }
        }
        free = Math.max(free, high[i]);
      }
      return best >= 0 ? best : free;
    }

    private void sort(int blocked) {
      long[][] both = new long[blocked][];
      for (int i = 0; i < blocked; i++) {
        both[i] = new long[] {low[i], high[i]};
      }
      Arrays.sort(both, Comparator.comparingLong(b -> b[0]));
      for (int i = 0; i < blocked; i++) {
        low[i] = both[i][0];
        high[i] = both[i][1];
      }
    }

    void add(Shape shape, long offset) {
      for (Extent extent : shape.extents()) {
        add(extent.plus(offset));
      }
    }

    private void add(Extent extent) {
      if (count == from.length) {
        from = Arrays.copyOf(from, 2 * count);
        to = Arrays.copyOf(to, 2 * count);
        start = Arrays.copyOf(start, 2 * count);
        end = Arrays.copyOf(end, 2 * count);
      }
      int least = 0;
      int most = count;
      while (least < most) {
        int middle = (least + most) >>> 1;
        if (from[middle] <= extent.from()) {
          least = middle + 1;
        } else {
          most = middle;
        }
      }
      System.arraycopy(from, least, from, least + 1, count - least);
      System.arraycopy(to, least, to, least + 1, count - least);
      System.arraycopy(start, least, start, least + 1, count - least);
      System.arraycopy(end, least, end, least + 1, count - least);
      from[least] = extent.from();
      to[least] = extent.to();
      start[least] = extent.start();
      end[least] = extent.end();
      count++;
    }
  }
}
