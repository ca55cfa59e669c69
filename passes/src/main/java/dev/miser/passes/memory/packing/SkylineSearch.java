package dev.miser.passes.memory.packing;

import java.util.SplittableRandom;

/**
 * Fills the arena from the bottom again and again, each time below a capacity a little smaller than
 * the best peak so far; when that fails, all buffers that were left get a higher priority: the
 * wheel that squeaks is greased (Joslin, Clements 1999). What is hard to place comes to lie low,
 * and some hundred fillings lead to a good order. A node is one buffer placed, or one filling
 * begun.
 */
record SkylineSearch() implements Strategy {
  /** Of so many buffers and more, it only searches in a window around the peak. */
  private static final int MANY = 6_000;

  /**
   * The share of what lies between the bound and the best peak that the next capacity takes away.
   */
  private static final double STEP = 0.05;

  /** What each buffer left gains; the largest product of size and life counts 1. */
  private static final double GREASE = 0.1;

  private static final double NOISE = 0.02;

  @Override
  public String name() {
    return "skyline-search";
  }

  @Override
  public String description() {
    return "fills from the bottom, then again with priority for what did not fit";
  }

  @Override
  public Outcome pack(Problem problem, Effort effort) {
    if (problem.count() >= MANY) {
      return new PeakFirst().pack(problem, effort);
    }
    long begin = CpuClock.nanos();
    var cliques = new Cliques(problem);
    var skyline = new Skyline(problem, cliques);
    double[] weight = weights(cliques);
    double[] priority = weight.clone();
    long[] offsets = Pins.offsets(problem);
    long pinned = Packing.of(problem, offsets).peak();
    LowerBound argument = LowerBounds.best(problem);
    long bound = argument.bytes();
    long enough = Math.max(bound, effort.capacity());
    if (!skyline.fill(priority, Long.MAX_VALUE / 2)) {
      throw new IllegalStateException("without a capacity all buffers fit");
    }
    long peak = take(skyline, cliques, offsets, pinned);
    var random = new SplittableRandom(0);
    Outcome.Stop stop = Outcome.Stop.DONE;
    long fillings = 0;
    while (peak > enough) {
      if (skyline.placements() + fillings >= effort.nodes()) {
        stop = Outcome.Stop.NODES;
        break;
      }
      if (CpuClock.nanos() - begin >= effort.limit().toNanos()) {
        stop = Outcome.Stop.CLOCK;
        break;
      }
      fillings++;
      for (int i = 0; i < priority.length; i++) {
        priority[i] = weight[i] + NOISE * random.nextDouble();
      }
      long capacity = bound + (long) ((peak - bound) * (1 - STEP));
      if (skyline.fill(priority, capacity)) {
        peak = take(skyline, cliques, offsets, pinned);
      } else {
        for (int i = 0; i < weight.length; i++) {
          weight[i] += skyline.isLeft(i) ? GREASE : 0;
        }
      }
    }
    if (peak > bound && peak <= enough) {
      stop = Outcome.Stop.CAPACITY;
    }
    return new Outcome(
        Packing.of(problem, offsets),
        bound,
        name(),
        argument.argument(),
        skyline.placements() + fillings,
        stop,
        CpuClock.nanos() - begin);
  }

  private static long take(Skyline skyline, Cliques cliques, long[] offsets, long pinned) {
    for (int i = 0; i < cliques.count; i++) {
      offsets[cliques.items[i]] = skyline.offset(i);
    }
    return Math.max(skyline.peak(), pinned);
  }

  /** Returns the product of size and life of each buffer, as a share of the largest. */
  private static double[] weights(Cliques cliques) {
    double[] weights = new double[cliques.count];
    double largest = 1;
    for (int i = 0; i < weights.length; i++) {
      int[] ranges = cliques.ranges[i];
      for (int k = 0; k < ranges.length; k += 2) {
        weights[i] += (double) cliques.size[i] * (ranges[k + 1] - ranges[k]);
      }
      largest = Math.max(largest, weights[i]);
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= largest;
    }
    return weights;
  }
}
