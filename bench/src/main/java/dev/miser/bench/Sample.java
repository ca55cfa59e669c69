package dev.miser.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * One measured stretch of work on the calling thread.
 *
 * @param rate amount for each nanosecond of the thread's own time: giga-operations a second
 * @param lostShare the share of the elapsed time that other programs, or the machine below, took
 */
record Sample(double rate, double lostShare) {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** Runs {@code work} so often that it lasts {@code nanos}, at least once. */
  static Sample of(Work work, long nanos) {
    int runs = 0;
    long ownBegan = THREADS.getCurrentThreadCpuTime();
    long began = System.nanoTime();
    long elapsed;
    do {
      work.run();
      runs++;
      elapsed = System.nanoTime() - began;
    } while (elapsed < nanos);
    long own = Math.max(THREADS.getCurrentThreadCpuTime() - ownBegan, 1);
    return new Sample(runs * work.amount() / own, Math.max(0, 1 - (double) own / elapsed));
  }
}
