package dev.miser.passes.memory.packing;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * First fit by size, then again and again with two buffers exchanged in the order; an exchange that
 * makes the arena larger is taken back. The two are chosen among the buffers that stand before one
 * at the peak and meet it, and those that stand before these and meet them. TVM's memory planner
 * (tir.usmp.algo.hill_climb, 2022), with its 500 attempts; a node is one attempt. TVM also accepts
 * a worse order with a chance that it rounds down to almost nothing; that is left out.
 */
record HillClimb() implements Strategy {
  private static final int ATTEMPTS = 500;

  /** Of a hundred exchanges, how many look only at what meets the buffer at the peak. */
  private static final int NEAR = 26;

  @Override
  public String name() {
    return "tvm-hill-climb";
  }

  @Override
  public String description() {
    return "first fit in an order improved by 500 random exchanges near the peak (TVM USMP 2022)";
  }

  @Override
  public Outcome pack(Problem problem, Effort effort) {
    long begin = CpuClock.nanos();
    int[] order = Order.SIZE_THEN_CONFLICTS.sort(problem);
    LowerBound argument = LowerBounds.best(problem);
    long bound = argument.bytes();
    long enough = Math.max(bound, effort.capacity());
    var random = new Random(0);
    long[] best = firstFit(problem, order);
    Packing found = Packing.of(problem, best);
    Outcome.Stop stop = Outcome.Stop.DONE;
    long attempts = 1;
    for (; attempts < ATTEMPTS && found.peak() > enough; attempts++) {
      if (attempts >= effort.nodes()) {
        stop = Outcome.Stop.NODES;
        break;
      }
      if (CpuClock.nanos() - begin > effort.limit().toNanos()) {
        stop = Outcome.Stop.CLOCK;
        break;
      }
      int[] pair = exchange(problem, order, found, random);
      if (pair.length == 0) {
        continue;
      }
      swap(order, pair);
      Packing next = Packing.of(problem, firstFit(problem, order));
      if (next.peak() < found.peak()) {
        found = next;
      } else {
        swap(order, pair);
      }
    }
    if (found.peak() > bound && found.peak() <= enough) {
      stop = Outcome.Stop.CAPACITY;
    }
    return new Outcome(
        found, bound, name(), argument.argument(), attempts, stop, CpuClock.nanos() - begin);
  }

  private static long[] firstFit(Problem problem, int[] order) {
    long[] offsets = Pins.offsets(problem);
    var placed = new Placed(problem);
    for (int item : order) {
      offsets[item] = placed.offsetFor(item, Fit.FIRST);
      placed.add(item, offsets[item]);
    }
    return offsets;
  }

  /** Returns two places in the order to be exchanged; none if there is no choice. */
  private static int[] exchange(Problem problem, int[] order, Packing found, Random random) {
    int[] peaks =
        IntStream.range(0, order.length)
            .filter(i -> found.offset(order[i]) + problem.size(order[i]) == found.peak())
            .toArray();
    if (peaks.length == 0) {
      return new int[0];
    }
    int[] first = before(problem, order, peaks[random.nextInt(peaks.length)]);
    if (first.length == 0) {
      return new int[0];
    }
    int[] second =
        Arrays.stream(first)
            .flatMap(i -> Arrays.stream(before(problem, order, i)))
            .sorted()
            .toArray();
    int one = first[random.nextInt(first.length)];
    int[] others = second.length > 0 && random.nextInt(100) >= NEAR ? second : first;
    int other = others[random.nextInt(others.length)];
    return one == other ? new int[0] : new int[] {one, other};
  }

  /** Returns the places before one in the order whose buffers meet the one there. */
  private static int[] before(Problem problem, int[] order, int place) {
    return IntStream.range(0, place).filter(i -> problem.meet(order[i], order[place])).toArray();
  }

  private static void swap(int[] order, int[] pair) {
    int kept = order[pair[0]];
    order[pair[0]] = order[pair[1]];
    order[pair[1]] = kept;
  }
}
