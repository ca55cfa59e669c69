package dev.miser.driver;

import com.sun.management.ThreadMXBean;
import dev.miser.runtime.Instance;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/** Steps that were run one after the other: how long each took, and what all threads allocated. */
record Steps(int count, Latencies latencies, long allocatedBytes) {
  /** A program counts as warm when so many steps in a row allocated nothing. */
  private static final int QUIET = 20;

  private static final int LEAST = 3;
  private static final int MOST = 20_000;
  private static final long PATIENCE = 3_000_000_000L;

  private enum Until {
    ALL_RAN,
    WARM
  }

  /** Runs so many steps; setting the inputs is no part of them. */
  static Steps run(Instance instance, InputSet inputs, int count) {
    return run(instance, inputs, count, Until.ALL_RAN);
  }

  /** Runs steps until the program is warm, or for some seconds. */
  static Steps warmUp(Instance instance, InputSet inputs) {
    return run(instance, inputs, MOST, Until.WARM);
  }

  private static Steps run(Instance instance, InputSet inputs, int count, Until until) {
    ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
    long[] nanoseconds = new long[count];
    long allocated = 0;
    int quiet = 0;
    long begin = System.nanoTime();
    for (int i = 0; i < count; i++) {
      inputs.set(instance);
      long before = threads.getTotalThreadAllocatedBytes();
      long start = System.nanoTime();
      instance.step();
      nanoseconds[i] = System.nanoTime() - start;
      long bytes = threads.getTotalThreadAllocatedBytes() - before;
      allocated += bytes;
      quiet = bytes == 0 ? quiet + 1 : 0;
      boolean isEnough = quiet >= QUIET || System.nanoTime() - begin > PATIENCE;
      if (until == Until.WARM && i + 1 >= LEAST && isEnough) {
        return new Steps(i + 1, new Latencies(Arrays.copyOf(nanoseconds, i + 1)), allocated);
      }
    }
    return new Steps(count, new Latencies(nanoseconds), allocated);
  }
}
