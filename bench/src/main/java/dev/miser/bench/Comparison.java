package dev.miser.bench;

/**
 * How a work did against a yardstick, pair by pair, so that what slows the machine for a while
 * slows both.
 *
 * @param ratio the work's rate over the yardstick's
 * @param rate of the work, in giga-operations or gigabytes a second
 * @param yardstick the yardstick's rate
 * @param lostShare the largest share of a sample's elapsed time that the thread did not have
 */
record Comparison(Spread ratio, Spread rate, Spread yardstick, double lostShare) {
  private static final double UNDISTURBED = 0.01;

  private record Pair(Sample work, Sample yardstick) {
    double lostShare() {
      return Math.max(work.lostShare(), yardstick.lostShare());
    }
  }

  /** Warms both sides up, then takes pairs of samples in turn. */
  static Comparison of(Work work, Work yardstick, Effort effort) {
    warmUp(yardstick, effort);
    warmUp(work, effort);
    double[] ratios = new double[effort.pairs()];
    double[] rates = new double[effort.pairs()];
    double[] yardsticks = new double[effort.pairs()];
    double lost = 0;
    for (int i = 0; i < effort.pairs(); i++) {
      Pair pair = pair(work, yardstick, effort);
      rates[i] = pair.work().rate();
      yardsticks[i] = pair.yardstick().rate();
      ratios[i] = rates[i] / yardsticks[i];
      lost = Math.max(lost, pair.lostShare());
    }
    return new Comparison(Spread.of(ratios), Spread.of(rates), Spread.of(yardsticks), lost);
  }

  /** Runs until the work no longer gets faster: a busy machine compiles late. */
  private static void warmUp(Work work, Effort effort) {
    double best = 0;
    double rate = Sample.of(work, effort.warmUpNanos()).rate();
    for (int i = 0; rate > 1.02 * best && i < effort.pairs(); i++) {
      best = rate;
      rate = Sample.of(work, effort.warmUpNanos() / 2).rate();
    }
  }

  /** Takes a pair until it is undisturbed; of the attempts, the least disturbed one counts. */
  private static Pair pair(Work work, Work yardstick, Effort effort) {
    Pair best = null;
    for (int attempt = 0; attempt < effort.attempts(); attempt++) {
      Sample of = Sample.of(work, effort.sampleNanos());
      Pair pair = new Pair(of, Sample.of(yardstick, effort.sampleNanos()));
      if (best == null || pair.lostShare() < best.lostShare()) {
        best = pair;
      }
      if (best.lostShare() <= UNDISTURBED) {
        break;
      }
    }
    if (best == null) {
      throw new IllegalArgumentException("no attempts");
    }
    return best;
  }
}
