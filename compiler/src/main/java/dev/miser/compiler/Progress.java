package dev.miser.compiler;

import java.util.function.Supplier;

/** Who is told when a phase begins and ends; phases may overlap, on threads of their own. */
public interface Progress {
  /** Tells nobody. */
  Progress SILENT = new Progress() {};

  default void begin(Phase phase) {}

  default void end(Phase phase, long nanoseconds) {}

  /** Runs {@code work} as a phase. */
  default <T> T during(Phase phase, Supplier<T> work) {
    begin(phase);
    long start = System.nanoTime();
    try {
      return work.get();
    } finally {
      end(phase, System.nanoTime() - start);
    }
  }

  /** Runs {@code work} as a phase. */
  default void run(Phase phase, Runnable work) {
    begin(phase);
    long start = System.nanoTime();
    try {
      work.run();
    } finally {
      end(phase, System.nanoTime() - start);
    }
  }
}
