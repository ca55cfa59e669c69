package dev.miser.driver;

import dev.miser.compiler.ByteSize;
import dev.miser.compiler.Compilation;
import dev.miser.compiler.Dumps;
import dev.miser.compiler.MemoryLimit;
import dev.miser.compiler.MemoryNeed;
import dev.miser.ir.plan.Certificate;
import dev.miser.ir.plan.Plan;
import dev.miser.passes.memory.MemoryReport;
import dev.miser.passes.memory.OrderBound;
import dev.miser.passes.memory.report.PlanFacts;
import dev.miser.passes.memory.report.PlanSummary;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code miser plan}: says where a program's memory goes. */
@Command(name = "plan", description = "Say where a program's memory goes.")
final class PlanCommand implements Callable<Integer> {
  @Mixin ProgramInput input;

  @Option(names = "--json", description = "Print everything as JSON.")
  boolean json;

  @Option(names = "--steps", description = "Show the bytes alive at each step.")
  boolean steps;

  @Option(
      names = "--top",
      paramLabel = "N",
      description = "How many tensors to show, and with --diff steps. Default: 10")
  int top = 10;

  @Option(
      names = "--report",
      paramLabel = "HTML",
      description = "Also write a report to look at: one HTML file that needs no network.")
  @Nullable Path html;

  @Option(
      names = "--diff",
      paramLabel = "BEFORE",
      description = {
        "Say what changed from BEFORE to FILE. Each is a program, a plan's text, or what"
            + " 'miser plan --json' printed. The exit code is 1 if FILE needs more."
      })
  @Nullable Path before;

  @Option(
      names = "--tolerance",
      paramLabel = "MORE",
      converter = Tolerance.Converter.class,
      description = "With --diff: how much more is not worse, such as 1%% or 64KiB. Default: 0")
  Tolerance tolerance = Tolerance.NONE;

  @Option(
      names = "--by",
      paramLabel = "MEASURE",
      description = "With --diff: what decides: ${COMPLETION-CANDIDATES}. Default: arena")
  PlanSummary.Measure by = PlanSummary.Measure.ARENA;

  @Override
  public Integer call() {
    if (top < 0) {
      throw Failures.badUsage("--top is " + top + ", expected at least 0");
    }
    if (before != null) {
      return compare(before);
    }
    input.model.requireModelAmong(List.of(input.file));
    var compilation = compilation(input.file);
    var plan = compilation.plan();
    var report = MemoryReport.of(plan);
    var need = MemoryNeed.of(plan);
    var limit = MemoryLimit.ofThisProcess();
    if (html != null) {
      HtmlReport.write(plan, html);
    }
    var order = OrderBound.of(plan.schedule(), compilation.catalog());
    var out = input.console.out();
    if (json) {
      out.println(Json.PRETTY.toJson(PlanJson.of(plan, need, limit, report, order)));
    } else {
      out.println("plan of @" + plan.schedule().name() + " for " + plan.schedule().target());
      print(report, order);
      print(need, limit);
    }
    return Main.GOOD;
  }

  private Plan plan(Path file) {
    return compilation(file).plan();
  }

  private Compilation compilation(Path file) {
    var times = input.times();
    var program = input.model.read(file, times).program();
    return new Compilation(program, input.options(), times, Dumps.NONE);
  }

  private int compare(Path old) {
    if (html != null) {
      throw Failures.badUsage("--report shows one plan, --diff compares two");
    }
    input.model.requireModelAmong(List.of(old, input.file));
    var comparison = new PlanComparison(summary(old), summary(input.file), by, tolerance);
    var out = input.console.out();
    if (json) {
      out.println(comparison.json());
    } else {
      out.print(comparison.text(top));
    }
    return comparison.isWorse() ? Main.CHECK_FAILED : Main.GOOD;
  }

  private PlanSummary summary(Path file) {
    return SavedPlan.isJson(file) ? SavedPlan.read(file) : PlanSummary.of(PlanFacts.of(plan(file)));
  }

  private void print(MemoryReport report, OrderBound order) {
    var out = input.console.out();
    var totals = new Table("  ").numbers(1, 2);
    size(totals, "naive total", report.certificate().naiveBytes(), "");
    size(totals, "load bound", report.certificate().loadBound(), "");
    Certificate certificate = report.certificate();
    size(totals, "lower bound", certificate.lowerBound(), "proved by " + certificate.provedBy());
    size(totals, "arena", report.arenaBytes(), found(report));
    size(totals, "  parameters", report.parameterBytes(), "as the step reads them");
    size(totals, "  packed by init", report.packedBytes(), "");
    size(totals, "  state", report.stateBytes(), "");
    size(totals, "  transient", report.transientBytes(), "all others, at different times:");
    size(totals, "    inputs", report.inputBytes(), "");
    size(totals, "    outputs", report.outputBytes(), "");
    size(totals, "    largest workspace", report.workspaceBytes(), "");
    size(totals, "peak of a step", report.peakBytes(), peak(report));
    size(totals, "  in any order", order.lowerBound(), known(order));
    out.print(totals);
    if (!report.peak().isEmpty()) {
      out.println();
      out.println("alive at the peak, largest first:");
      var tensors = new Table("  ").numbers(1, 2);
      List<MemoryReport.Tensor> peak = report.peak();
      for (MemoryReport.Tensor tensor : peak.subList(0, Math.clamp(top, 0, peak.size()))) {
        tensors.row(
            "%" + tensor.name(),
            tensor.bytes(),
            ByteSize.text(tensor.bytes()),
            tensor.kind().name().toLowerCase(Locale.ROOT),
            lifetime(tensor));
      }
      out.print(tensors);
    }
    if (steps) {
      out.println();
      out.println("alive at each step:");
      var table = new Table("  ").numbers(0, 1);
      for (MemoryReport.StepMemory step : report.steps()) {
        table.row(
            step.liveBytes(),
            ByteSize.text(step.liveBytes()),
            step.init() ? "init" : "step",
            step.name());
      }
      out.print(table);
    }
  }

  private static String known(OrderBound order) {
    return "or more, proved by "
        + order.provedBy()
        + (order.isOptimal()
            ? ": this order is optimal"
            : String.format(
                Locale.ROOT,
                ": this order is within %.2f %%",
                100.0 * (double) (order.peak() - order.lowerBound()) / (double) order.peak()));
  }

  private static String found(MemoryReport report) {
    Certificate certificate = report.certificate();
    long gap = report.arenaBytes() - certificate.lowerBound();
    return "found by "
        + certificate.foundBy()
        + (gap == 0
            ? ": optimal for this order"
            : String.format(
                Locale.ROOT,
                ": %.2f %% above the lower bound",
                100.0 * (double) gap / (double) certificate.lowerBound()))
        + switch (certificate.stop()) {
          case DONE -> "";
          case NODES -> ", stopped after " + certificate.nodes() + " search nodes";
          case CLOCK -> ", stopped by the clock: another run may find another";
        };
  }

  private static void size(Table table, String what, long bytes, String remark) {
    table.row(what, bytes, ByteSize.text(bytes), remark);
  }

  private static String lifetime(MemoryReport.Tensor tensor) {
    return switch (tensor.kind()) {
      case OUTPUT, WORKSPACE -> "";
      case INPUT, PARAMETER, STATE, PERSISTENT, TRANSIENT ->
          tensor.lastUse().isEmpty() ? "" : "until " + tensor.lastUse();
    };
  }

  private static String peak(MemoryReport report) {
    return report.peakTime() < 0 ? "" : "at " + report.steps().get(report.peakTime()).name();
  }

  private void print(MemoryNeed need, MemoryLimit limit) {
    var out = input.console.out();
    out.println();
    out.println(
        "to run: "
            + need.heapOption()
            + " (arena "
            + ByteSize.text(need.arenaBytes())
            + " + heap "
            + ByteSize.text(need.heapBytes())
            + " + code "
            + ByteSize.text(need.codeBytes())
            + " = "
            + ByteSize.text(need.totalBytes())
            + "; "
            + ByteSize.text(limit.bytes())
            + " "
            + limit.source()
            + ")");
  }
}
