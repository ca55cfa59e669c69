package dev.miser.driver;

import java.util.Arrays;
import java.util.Locale;

/** The times of repeated steps, sorted. */
final class Latencies {
  private final long[] sorted;

  Latencies(long[] nanoseconds) {
    sorted = nanoseconds.clone();
    Arrays.sort(sorted);
  }

  /** Returns the time that this share of the steps did not exceed (nearest rank). */
  long percentile(int percent) {
    int rank = (int) Math.ceil(percent / 100.0 * sorted.length);
    return sorted[Math.max(rank, 1) - 1];
  }

  /** Returns {@code p50 1.234 ms p90 ... p99 ...}. */
  @Override
  public String toString() {
    return "p50 "
        + milliseconds(percentile(50))
        + "  p90 "
        + milliseconds(percentile(90))
        + "  p99 "
        + milliseconds(percentile(99));
  }

  static String milliseconds(long nanoseconds) {
    return String.format(Locale.ROOT, "%.3f ms", nanoseconds / 1e6);
  }
}
