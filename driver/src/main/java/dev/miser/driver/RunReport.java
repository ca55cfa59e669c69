package dev.miser.driver;

import dev.miser.compiler.ByteSize;
import dev.miser.compiler.Executable;
import dev.miser.compiler.MemoryNeed;
import dev.miser.compiler.PhaseTimes;
import dev.miser.runtime.Instance;
import dev.miser.runtime.KernelInfo;
import dev.miser.runtime.Profile;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;

/** What {@code miser run} says about times and memory. */
final class RunReport {
  private final Console console;
  private final PhaseTimes times;

  RunReport(Console console, PhaseTimes times) {
    this.console = console;
    this.times = times;
  }

  /** One line on stderr: how long it took, and what memory it needs. */
  void summary(Executable executable, MemoryNeed need, long firstResult) {
    String compiled =
        executable.isFromCache()
            ? "taken from the cache"
            : "compiled in " + seconds(times.compileNanoseconds());
    console
        .err()
        .println(
            compiled
                + ", first result "
                + seconds(sinceStart(firstResult))
                + " after the start; arena "
                + ByteSize.text(need.arenaBytes())
                + ", Java needs no more than "
                + need.heapOption());
  }

  /** A table on stderr: each phase and its time. */
  void phases(long firstResult) {
    var table = new Table("  ").numbers(1);
    for (PhaseTimes.Entry entry : times.entries()) {
      table.row(entry.phase().text(), Latencies.milliseconds(entry.nanoseconds()));
    }
    table.row("compiling, in all", Latencies.milliseconds(times.compileNanoseconds()));
    table.row("start of Java to first result", Latencies.milliseconds(sinceStart(firstResult)));
    console.err().print(table);
  }

  /** Runs more steps and shows their latencies, and where the time went. */
  void repeat(Instance instance, InputSet inputs, int steps, boolean showKernels) {
    Steps cold = Steps.warmUp(instance, inputs);
    if (showKernels) {
      instance.profile().start();
    }
    Steps warm = Steps.run(instance, inputs, steps);
    instance.profile().stop();
    var out = console.out();
    out.println(steps + " steps after " + cold.count() + ": " + warm.latencies());
    out.println(
        "heap allocated: "
            + warm.allocatedBytes() / steps
            + " bytes a step, "
            + ByteSize.text(cold.allocatedBytes())
            + " while warming up");
    if (showKernels) {
      profile(instance);
    }
  }

  private void profile(Instance instance) {
    Profile profile = instance.profile();
    long steps = Math.max(profile.steps(), 1);
    double step = Math.max(profile.totalNanos(), 1) / (double) steps;
    var table = new Table("").numbers(0, 1, 2, 3);
    table.row("ms", "share", "GFLOP/s", "GB/s", "kernel");
    List<KernelInfo> kernels = instance.program().kernels();
    for (int kernel = instance.program().initKernels(); kernel < kernels.size(); kernel++) {
      double took = Math.max(profile.totalNanos(kernel), 1) / (double) steps;
      KernelInfo info = kernels.get(kernel);
      table.row(
          String.format(Locale.ROOT, "%.3f", took / 1e6),
          percent(took / step),
          String.format(Locale.ROOT, "%.1f", info.flops() / took),
          String.format(Locale.ROOT, "%.1f", info.bytes() / took),
          info.label());
    }
    double between = profile.shareBetweenKernels();
    table.row(
        String.format(Locale.ROOT, "%.3f", between * step / 1e6),
        percent(between),
        "",
        "",
        "(between kernels)");
    console.out().print(table);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  private static long sinceStart(long milliseconds) {
    return (milliseconds - ManagementFactory.getRuntimeMXBean().getStartTime()) * 1_000_000;
  }

  private static String seconds(long nanoseconds) {
    return String.format(Locale.ROOT, "%.2f s", nanoseconds / 1e9);
  }
}
