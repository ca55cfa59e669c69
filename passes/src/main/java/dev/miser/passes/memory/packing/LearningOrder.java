package dev.miser.passes.memory.packing;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;

/**
 * Orders for one search after the other: what was to blame for failures comes forward, as in
 * weighted constraint search (Boussemart et al., 2004) and squeaky wheels (Joslin, Clements, 1999).
 * The random numbers are always the same.
 */
final class LearningOrder {
  /** How much of what was learned before counts after one more search. */
  private static final double MEMORY = 0.9;

  private final double[] blame;
  private final double weight;
  private final double noise;
  private final Random random = new Random(1);

  /**
   * Creates it.
   *
   * @param weight how far the most blamed buffer comes forward, as a share of all buffers
   * @param noise the standard deviation of the places, as a share of all buffers
   */
  LearningOrder(int count, double weight, double noise) {
    this.blame = new double[count];
    this.weight = weight;
    this.noise = noise;
  }

  /** Returns an order close to another, with what is to blame further in front. */
  int[] near(int[] order) {
    int count = order.length;
    double most = Math.max(Double.MIN_NORMAL, Arrays.stream(blame).max().orElse(0));
    double[] place = new double[count];
    for (int i = 0; i < count; i++) {
      double forward = weight * blame[order[i]] / most;
      place[order[i]] = i + count * (noise * random.nextGaussian() - forward);
    }
    Integer[] sorted = new Integer[count];
    Arrays.setAll(sorted, b -> b);
    Arrays.sort(sorted, Comparator.comparingDouble(b -> place[b]));
    return Arrays.stream(sorted).mapToInt(Integer::intValue).toArray();
  }

  /** Learns from the search that ended last. */
  void learn(ExactSearch search) {
    double sum = 0;
    for (int b = 0; b < blame.length; b++) {
      sum += search.blame(b);
    }
    for (int b = 0; b < blame.length; b++) {
      blame[b] = MEMORY * blame[b] + (sum > 0 ? search.blame(b) / sum : 0);
    }
  }
}
