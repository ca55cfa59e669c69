package dev.miser.bench;

/**
 * How hard a measurement tries.
 *
 * @param pairs how many pairs of samples are taken; the figure is their median
 * @param sampleNanos how long one sample lasts at least
 * @param warmUpNanos how long each side runs before the first sample, at least
 * @param attempts how often a pair is taken until the thread had the processor to itself
 * @param divisor what sizes are divided by, so that a smoke test is quick
 */
record Effort(int pairs, long sampleNanos, long warmUpNanos, int attempts, int divisor) {
  /** What the recorded figures are measured with. */
  static final Effort FULL = new Effort(9, 30_000_000L, 3_000_000_000L, 5, 1);

  /** Just enough to see that everything runs; its figures mean nothing. */
  static final Effort SMOKE = new Effort(3, 100_000L, 1_000_000L, 1, 16);

  /** Returns {@code size}, or a multiple of 16 about as many times smaller as this effort asks. */
  int scaled(int size) {
    return divisor == 1 ? size : Math.max(16, size / divisor / 16 * 16);
  }
}
