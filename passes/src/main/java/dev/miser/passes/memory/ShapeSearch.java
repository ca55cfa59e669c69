package dev.miser.passes.memory;

import dev.miser.ir.plan.Certificate;
import dev.miser.ir.plan.Extent;
import dev.miser.passes.memory.packing.Effort;
import dev.miser.passes.memory.packing.Outcome;
import dev.miser.passes.memory.packing.Packing;
import dev.miser.passes.memory.packing.Problem;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Places shapes one after the other into gaps, again and again, those earlier that lay too high
 * (squeaky wheel optimization; Joslin, Clements 1999). In every other sequence what lasts from the
 * peak to the end, as weights do, lies below all others and stays there.
 */
final class ShapeSearch {
  private static final String NAME = "shape-search";

  /** Which shape is placed first, before anything is known. */
  private enum Order {
    LIFE,
    AREA,
    SIZE,
    START;

    Comparator<Shape> comparator() {
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

  private final List<Shape> shapes;
  private final long load;
  private final Effort effort;
  private final SplittableRandom random = new SplittableRandom(1);
  private final IntPredicate lasts;
  private long[] best = new long[0];
  private long bestPeak = Long.MAX_VALUE;
  private long nodes;

  private ShapeSearch(List<Shape> shapes, long load, Effort effort) {
    this.shapes = shapes;
    this.load = load;
    this.effort = effort;
    int peak = peakTime();
    int last = shapes.stream().mapToInt(Shape::end).max().orElse(0);
    lasts =
        i -> {
          Shape shape = shapes.get(i);
          return shape.extents().stream().allMatch(e -> e.start() <= peak && e.end() == last);
        };
  }

  /**
   * Places shapes, whose hulls are the items of a problem and which need so many bytes at least.
   */
  static Outcome pack(List<Shape> shapes, Problem hulls, long load, Effort effort) {
    long begin = processorNanos();
    var search = new ShapeSearch(shapes, load, effort);
    Outcome.Stop stop = search.run(begin + effort.limit().toNanos());
    return new Outcome(
        Packing.of(hulls, search.best),
        load,
        NAME,
        Certificate.LOAD,
        search.nodes,
        stop,
        processorNanos() - begin);
  }

  private static long processorNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  /** Returns the first time at which the most lines are alive. */
  private int peakTime() {
    int last = shapes.stream().mapToInt(Shape::end).max().orElse(0);
    long[] live = new long[last + 1];
    for (Shape shape : shapes) {
      for (Extent extent : shape.extents()) {
        live[extent.start()] += extent.bytes();
        live[extent.end()] -= extent.bytes();
      }
    }
    int peak = 0;
    for (int time = 1; time <= last; time++) {
      live[time] += live[time - 1];
      peak = live[time] > live[peak] ? time : peak;
    }
    return peak;
  }

  private Outcome.Stop run(long deadline) {
    var lanes = new ArrayList<Lane>();
    for (int turn = 0; ; turn++) {
      for (int i = 0; i < 2 * Order.values().length; i++) {
        if (turn == 0) {
          Order order = Order.values()[i / 2];
          lanes.add(new Lane(order.comparator(), i % 2 == 0 ? lasts : shape -> false));
        }
        Lane lane = lanes.get(i);
        for (boolean narrowest : new boolean[] {true, false}) {
          lane.turn(narrowest);
          if (bestPeak <= Math.max(load, effort.capacity())) {
            return bestPeak <= load ? Outcome.Stop.DONE : Outcome.Stop.CAPACITY;
          }
          if (nodes >= effort.nodes()) {
            return Outcome.Stop.NODES;
          }
          if (processorNanos() > deadline) {
            return Outcome.Stop.CLOCK;
          }
        }
      }
    }
  }

  /** One of several sequences of shapes, each improved on its own. */
  private final class Lane {
    private final long[] offsets = new long[shapes.size()];
    private final int[] others;
    private final Clearance clearance;
    // What the shapes at the bottom forbid to each of the others.
    private final long[][] forbidden = new long[shapes.size()][];
    private int[] sequence;

    Lane(Comparator<Shape> comparator, IntPredicate atBottom) {
      int[] bottom = IntStream.range(0, shapes.size()).filter(atBottom).toArray();
      others = IntStream.range(0, shapes.size()).filter(atBottom.negate()).toArray();
      clearance = new Clearance(shapes, others);
      sequence = sorted(others, comparator);
      Arrays.fill(offsets, -1);
      var below = new Clearance(shapes, bottom);
      for (int shape : sorted(bottom, comparator)) {
        below.begin();
        below.forbidMembers(shape, offsets);
        offsets[shape] = below.gap(false);
        below.placed(shape, offsets);
        nodes++;
      }
      for (int shape : others) {
        below.begin();
        below.forbidMembers(shape, offsets);
        forbidden[shape] = below.forbidden();
      }
    }

    private int[] sorted(int[] some, Comparator<Shape> comparator) {
      return Arrays.stream(some)
          .boxed()
          .sorted((a, b) -> comparator.compare(shapes.get(a), shapes.get(b)))
          .mapToInt(Integer::intValue)
          .toArray();
    }

    /** Places all others in sequence, and moves those ahead that lie too high. */
    void turn(boolean narrowest) {
      clearance.clear();
      for (int shape : others) {
        offsets[shape] = -1;
      }
      for (int shape : sequence) {
        clearance.begin();
        long[] below = forbidden[shape];
        for (int i = 0; i < below.length; i += 2) {
          clearance.forbid(below[i], below[i + 1]);
        }
        clearance.forbidMembers(shape, offsets);
        offsets[shape] = clearance.gap(narrowest);
        clearance.placed(shape, offsets);
        nodes++;
      }
      long peak = 0;
      for (int i = 0; i < offsets.length; i++) {
        peak = Math.max(peak, offsets[i] + shapes.get(i).bytes());
      }
      if (peak < bestPeak) {
        bestPeak = peak;
        best = offsets.clone();
      }
      moveAhead(narrowest ? bestPeak - 1 : load);
    }

    /** Moves shapes that end above {@code most} ahead in the sequence. */
    private void moveAhead(long most) {
      double[] places = new double[shapes.size()];
      for (int at = 0; at < sequence.length; at++) {
        int shape = sequence[at];
        boolean tooHigh = offsets[shape] + shapes.get(shape).bytes() > most;
        places[shape] = tooHigh ? at * (0.3 + 0.6 * random.nextDouble()) - 1 : at;
      }
      sequence =
          Arrays.stream(sequence)
              .boxed()
              .sorted(Comparator.comparingDouble(shape -> places[shape]))
              .mapToInt(Integer::intValue)
              .toArray();
    }
  }
}
