package dev.miser.bench;

import dev.miser.bench.Figure.Verdict;
import dev.miser.bench.PackingInstances.Challenge;
import dev.miser.passes.memory.packing.Item;
import dev.miser.passes.memory.packing.Outcome;
import dev.miser.passes.memory.packing.Problem;
import dev.miser.passes.memory.packing.Strategies;
import dev.miser.passes.memory.packing.Strategy;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;

/** How near packing heuristics come to the best known, and to the load bound of large problems. */
final class PackingHeuristics {
  private static final long SHORT_NANOS = 50_000_000;
  private static final int WARM_UPS = 2;

  private final Effort effort;
  private final PackingInstances instances;
  private final Consumer<Figure> report;

  /** Looks for the instances beside the checkout that {@code models} is in. */
  PackingHeuristics(Effort effort, Path models, Consumer<Figure> report) {
    this.effort = effort;
    this.report = report;
    instances = new PackingInstances(models);
  }

  /** Every strategy for 50 ms on each instance of the table of best known peaks, warm. */
  void shortRuns() {
    boolean full = effort.divisor() == 1;
    List<Challenge> table = instances.challenges();
    table = full ? table : table.subList(0, Math.min(1, table.size()));
    var limits =
        new dev.miser.passes.memory.packing.Effort(
            Long.MAX_VALUE, Duration.ofNanos(SHORT_NANOS / effort.divisor()), 0);
    for (Strategy strategy : Strategies.ALL) {
      double logarithms = 0;
      var each = new ArrayList<String>();
      for (Challenge row : table) {
        Problem problem = instances.problem(row);
        for (int i = 0; i < (full ? WARM_UPS : 0); i++) {
          PackingInstances.checked(strategy, problem, limits);
        }
        double ratio =
            (double) PackingInstances.checked(strategy, problem, limits).peak() / row.bestKnown();
        logarithms += Math.log(ratio);
        each.add(String.format(Locale.ROOT, "%s %.3f", row.name(), ratio));
      }
      boolean ours = strategy.name().equals("skyline-search");
      double mean = Math.exp(logarithms / Math.max(1, table.size()));
      report.accept(
          new Figure(
              strategy.name() + ", 50 ms: peak over best known, geometric mean",
              ours ? "<= 1.08" : "",
              String.format(Locale.ROOT, "%.4f", mean),
              String.join(", ", each),
              ours ? Verdict.of(mean <= 1.08) : Verdict.RECORD));
    }
  }

  /** Training graphs, and a million buffers that live as those of training do. */
  void scale() {
    if (instances.areThere() && effort.divisor() == 1) {
      for (String strategy : List.of("plateau-fill", "peak-first")) {
        graph("resnet50", strategy, 0);
        graph("pangu_2.6B", strategy, 0.01);
      }
    }
    int count = 1_000_000 / effort.divisor();
    List<Item> items = TrainingLives.of(count, 1);
    long began = processorNanos();
    Outcome outcome =
        PackingInstances.checked(
            named("plateau-fill"),
            Problem.of(items),
            dev.miser.passes.memory.packing.Effort.DEFAULT);
    double seconds = (processorNanos() - began) / 1e9;
    report.accept(
        new Figure(
            String.format(Locale.ROOT, "%,d training-like buffers, cold, with the check", count),
            "<= 60 s",
            String.format(Locale.ROOT, "%.1f s", seconds),
            String.format(
                Locale.ROOT,
                "%.4f %% above the load bound of %d; heap grown to %d MiB",
                100 * outcome.gap(),
                outcome.lowerBound(),
                Runtime.getRuntime().totalMemory() >> 20),
            Verdict.of(seconds <= 60)));
  }

  private void graph(String name, String strategy, double bar) {
    Problem problem = instances.problem("training/" + name + ".csv");
    Outcome outcome =
        PackingInstances.checked(
            named(strategy), problem, dev.miser.passes.memory.packing.Effort.DEFAULT);
    report.accept(
        new Figure(
            name + " in training, " + strategy + ": peak above the load bound",
            bar == 0 ? "optimal" : String.format(Locale.ROOT, "<= %.1f %%", 100 * bar),
            String.format(Locale.ROOT, "%.3f %%", 100 * outcome.gap()),
            String.format(
                Locale.ROOT,
                "%d buffers, %d bytes, %.2f s cold",
                problem.count(),
                outcome.peak(),
                outcome.cpuNanos() / 1e9),
            Verdict.of(outcome.gap() <= bar)));
  }

  private static Strategy named(String name) {
    return Objects.requireNonNull(Strategies.find(name), name);
  }

  private static long processorNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
