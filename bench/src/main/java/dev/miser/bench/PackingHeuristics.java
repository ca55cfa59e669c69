package dev.miser.bench;

import dev.miser.bench.Figure.Verdict;
import dev.miser.compiler.packing.BufferList;
import dev.miser.passes.memory.packing.Item;
import dev.miser.passes.memory.packing.Outcome;
import dev.miser.passes.memory.packing.PackingChecker;
import dev.miser.passes.memory.packing.Problem;
import dev.miser.passes.memory.packing.Strategies;
import dev.miser.passes.memory.packing.Strategy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How near packing heuristics come to the best known, and to the load bound of large problems. */
final class PackingHeuristics {
  private static final Path INSTANCES = Path.of("shared", "data", "packing");
  private static final long SHORT_NANOS = 50_000_000;
  private static final int WARM_UPS = 2;

  private final Effort effort;
  private final @Nullable Path folder;
  private final Consumer<Figure> report;

  /** Looks for the instances beside the checkout that {@code models} is in. */
  PackingHeuristics(Effort effort, Path models, Consumer<Figure> report) {
    this.effort = effort;
    this.report = report;
    Path parent = models.toAbsolutePath();
    while (parent != null && !Files.isDirectory(parent.resolve(INSTANCES))) {
      parent = parent.getParent();
    }
    folder = parent == null ? null : parent.resolve(INSTANCES);
  }

  /** Every strategy for 50 ms on each instance of the table of best known peaks, warm. */
  void shortRuns() {
    boolean full = effort.divisor() == 1;
    List<String[]> table = full ? table() : table().subList(0, Math.min(1, table().size()));
    var limits =
        new dev.miser.passes.memory.packing.Effort(
            Long.MAX_VALUE, Duration.ofNanos(SHORT_NANOS / effort.divisor()), 0);
    for (Strategy strategy : Strategies.ALL) {
      double logarithms = 0;
      var each = new ArrayList<String>();
      for (String[] row : table) {
        Problem problem = problem("challenging/" + row[0] + "." + row[2] + ".csv");
        for (int i = 0; i < (full ? WARM_UPS : 0); i++) {
          checked(strategy, problem, limits);
        }
        double ratio = (double) checked(strategy, problem, limits).peak() / Long.parseLong(row[4]);
        logarithms += Math.log(ratio);
        each.add(String.format(Locale.ROOT, "%s %.3f", row[0], ratio));
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
    if (folder != null && effort.divisor() == 1) {
      for (String strategy : List.of("plateau-fill", "peak-first")) {
        graph("resnet50", strategy, 0);
        graph("pangu_2.6B", strategy, 0.01);
      }
    }
    int count = 1_000_000 / effort.divisor();
    List<Item> items = TrainingLives.of(count, 1);
    long began = processorNanos();
    Outcome outcome =
        checked(
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
    Problem problem = problem("training/" + name + ".csv");
    Outcome outcome =
        checked(named(strategy), problem, dev.miser.passes.memory.packing.Effort.DEFAULT);
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

  private static Outcome checked(
      Strategy strategy, Problem problem, dev.miser.passes.memory.packing.Effort limits) {
    Outcome outcome = strategy.pack(problem, limits);
    List<String> wrong = PackingChecker.check(problem.items(), outcome.packing());
    if (!wrong.isEmpty()) {
      throw new IllegalStateException(strategy.name() + ": " + wrong);
    }
    return outcome;
  }

  private static Strategy named(String name) {
    return Objects.requireNonNull(Strategies.find(name), name);
  }

  private static long processorNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  /** Returns the rows of the table of best known peaks; none without it. */
  private List<String[]> table() {
    if (folder == null) {
      return List.of();
    }
    try {
      List<String> lines = Files.readAllLines(folder.resolve("challenging/best_known.csv"));
      return lines.stream().skip(1).map(line -> line.split(",", -1)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Problem problem(String file) {
    BufferList.Read read = BufferList.read(Objects.requireNonNull(folder).resolve(file));
    BufferList list = read.list();
    if (list == null) {
      throw new IllegalStateException(file + ": " + read.diagnostics());
    }
    return list.problem();
  }
}
