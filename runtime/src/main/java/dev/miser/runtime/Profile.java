package dev.miser.runtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How long the kernels of an instance took: the last time and the best of each, and what passed
 * between kernels. Its memory is set aside at the start.
 */
public final class Profile {
  private final Program program;
  private final long[] last;
  private final long[] best;
  private final long[] total;
  private volatile boolean on;
  private long steps;
  private long stepBegan;
  private long lastStep;
  private long totalStep;

  Profile(Program program) {
    this.program = program;
    int kernels = program.kernels().size();
    last = new long[kernels];
    best = new long[kernels];
    total = new long[kernels];
    reset();
  }

  /** Begins to measure, from nothing. */
  public void start() {
    reset();
    on = true;
  }

  /** Stops measuring; what was measured stays. */
  public void stop() {
    on = false;
  }

  public boolean isOn() {
    return on;
  }

  private void reset() {
    Arrays.fill(last, 0);
    Arrays.fill(best, Long.MAX_VALUE);
    Arrays.fill(total, 0);
    steps = 0;
    totalStep = 0;
  }

  void begin() {
    if (on) {
      stepBegan = System.nanoTime();
    }
  }

  void end() {
    if (on) {
      lastStep = System.nanoTime() - stepBegan;
      totalStep += lastStep;
      steps++;
    }
  }

  void add(int kernel, long nanos) {
    last[kernel] = nanos;
    best[kernel] = Math.min(best[kernel], nanos);
    total[kernel] += nanos;
  }

  /** Returns the number of steps measured. */
  public long steps() {
    return steps;
  }

  /** Returns the nanoseconds of the last step. */
  public long lastStepNanos() {
    return lastStep;
  }

  /** Returns the nanoseconds of all measured steps. */
  public long totalNanos() {
    return totalStep;
  }

  /** Returns the nanoseconds that a kernel took in the last step. */
  public long lastNanos(int kernel) {
    return last[kernel];
  }

  /** Returns the nanoseconds that a kernel took in its best step; 0 if it was not measured. */
  public long bestNanos(int kernel) {
    return best[kernel] == Long.MAX_VALUE ? 0 : best[kernel];
  }

  /** Returns the nanoseconds that a kernel took in all measured steps. */
  public long totalNanos(int kernel) {
    return total[kernel];
  }

  /** Returns the share of the measured steps that passed between kernels, from 0 to 1. */
  public double shareBetweenKernels() {
    long inKernels = 0;
    for (int kernel = program.initKernels(); kernel < total.length; kernel++) {
      inKernels += total[kernel];
    }
    return totalStep == 0 ? 0 : (totalStep - inKernels) / (double) totalStep;
  }

  /**
   * A kernel that ran far under what it should: compiled badly, as a rule, and its vectors boxed.
   *
   * @param factor how many times slower than expected its best step was
   */
  public record Cliff(int kernel, KernelInfo info, long bestNanos, double factor) {}

  /**
   * Returns the kernels whose best step took more than {@code factor} times what the machine should
   * need, and more than 20 microseconds. Ask after warm-up.
   *
   * @param flopsPerSecond what the machine reaches with all threads of the instance
   * @param bytesPerSecond likewise
   */
  public List<Cliff> cliffs(double flopsPerSecond, double bytesPerSecond, double factor) {
    var cliffs = new ArrayList<Cliff>();
    for (int kernel = program.initKernels(); kernel < best.length; kernel++) {
      KernelInfo info = program.kernels().get(kernel);
      double expected =
          1e9 * Math.max(info.flops() / flopsPerSecond, info.bytes() / bytesPerSecond);
      long took = bestNanos(kernel);
      if (took > 20_000 && took > factor * expected) {
        cliffs.add(new Cliff(kernel, info, took, took / Math.max(expected, 1)));
      }
    }
    return cliffs;
  }
}
