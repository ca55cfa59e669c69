package dev.miser.bench;

import dev.miser.bench.Figure.Verdict;
import dev.miser.codegen.CodegenCatalog;
import dev.miser.compiler.Compilation;
import dev.miser.compiler.Miser;
import dev.miser.ir.plan.Certificate;
import dev.miser.ir.plan.Plan;
import dev.miser.ir.plan.PlanChecker;
import dev.miser.ir.plan.Schedule;
import dev.miser.passes.memory.MemoryPlanner;
import dev.miser.passes.memory.MemoryReport;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** What planning memory takes, and how near arenas are to the bytes alive. */
final class Planning {
  /** Layers of the deep program: more than 20,000 steps. */
  private static final int LAYERS = 9_000;

  private final Effort effort;
  private final Path folder;
  private final Consumer<Figure> report;

  Planning(Effort effort, Path folder, Consumer<Figure> report) {
    this.effort = effort;
    this.folder = folder;
    this.report = report;
  }

  /** Processor time from a schedule to a checked plan and its report, warm. */
  void times() {
    time(effort.divisor() == 1 ? "gpt2_small" : "mlp", 0.3);
    var deep = DeepProgram.of(1, LAYERS / effort.divisor());
    time("a deep random program", Miser.compile(deep).compilation().schedule(), 5);
  }

  private void time(String model, double bar) {
    time(model, compilation(model).schedule(), bar);
  }

  private void time(String what, Schedule schedule, double bar) {
    long until = System.nanoTime() + effort.warmUpNanos();
    Plan plan = plan(schedule);
    while (System.nanoTime() < until) {
      plan = plan(schedule);
    }
    double[] seconds = new double[effort.pairs()];
    for (int i = 0; i < seconds.length; i++) {
      long began = processorNanos();
      plan = plan(schedule);
      seconds[i] = (processorNanos() - began) / 1e9;
    }
    Spread spread = Spread.of(seconds);
    report.accept(
        new Figure(
            what + ": from schedule to checked plan and report",
            String.format(Locale.ROOT, "< %.1f s", bar),
            String.format(Locale.ROOT, "%.3f s", spread.median()),
            String.format(
                Locale.ROOT,
                "%.3f .. %.3f; %d steps, %d buffers, %s",
                spread.lowest(),
                spread.highest(),
                schedule.timeline().size(),
                plan.allocations().size(),
                found(plan)),
            Verdict.of(spread.median() < bar)));
  }

  private static Plan plan(Schedule schedule) {
    Plan plan = MemoryPlanner.plan(schedule, CodegenCatalog.DEFAULT);
    if (!PlanChecker.check(plan, CodegenCatalog.DEFAULT).isEmpty()) {
      throw new IllegalStateException("wrong plan of " + schedule.name());
    }
    if (MemoryReport.of(plan).arenaBytes() != plan.arenaBytes()) {
      throw new IllegalStateException("wrong report of " + schedule.name());
    }
    return plan;
  }

  private static long processorNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  /** The arena of each model over the load bound of its order. */
  void arenas() {
    for (String name : effort.divisor() == 1 ? Models.names(folder) : List.of("mlp")) {
      Plan plan = compilation(name).plan();
      Certificate certificate = plan.certificate();
      double ratio = (double) plan.arenaBytes() / certificate.loadBound();
      report.accept(
          new Figure(
              name + ": arena over load bound",
              "1.00",
              String.format(Locale.ROOT, "%.4f", ratio),
              String.format(
                  Locale.ROOT,
                  "%d of %d bytes; transient %d; %s",
                  plan.arenaBytes(),
                  certificate.naiveBytes(),
                  MemoryReport.of(plan).transientBytes(),
                  found(plan)),
              Verdict.of(plan.arenaBytes() == certificate.loadBound())));
    }
  }

  private static String found(Plan plan) {
    Certificate certificate = plan.certificate();
    return String.format(
        Locale.ROOT,
        "%.2f %% above the bound; found by %s, bound by %s, %d nodes",
        100.0 * plan.arenaBytes() / certificate.lowerBound() - 100,
        certificate.foundBy(),
        certificate.provedBy(),
        certificate.nodes());
  }

  private Compilation compilation(String model) {
    return Miser.compile(folder.resolve(model + ".mir")).compilation();
  }
}
