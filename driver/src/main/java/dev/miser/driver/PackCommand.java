package dev.miser.driver;

import dev.miser.compiler.packing.BufferList;
import dev.miser.compiler.packing.BufferListWriter;
import dev.miser.compiler.packing.PackingPicture;
import dev.miser.passes.memory.packing.Effort;
import dev.miser.passes.memory.packing.Outcome;
import dev.miser.passes.memory.packing.Packing;
import dev.miser.passes.memory.packing.PackingChecker;
import dev.miser.passes.memory.packing.Problem;
import dev.miser.passes.memory.packing.Strategies;
import dev.miser.passes.memory.packing.Strategy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code miser pack}: places the buffers of a list so that no two alive at once overlap. */
@Command(
    name = "pack",
    description = {
      "Place a list of buffers in as few bytes as possible.",
      "",
      "The list is CSV with the columns id, lower, upper and size: a buffer of size bytes is alive"
          + " from time lower until before upper. A buffer alive several times has a row for each."
          + " Further columns, as wanted: alignment, pinned (the offset it must have), and offset"
          + " (where it lies, which --check judges)."
    })
final class PackCommand implements Callable<Integer> {
  @Mixin Console console;

  @Parameters(paramLabel = "FILE", description = "A buffer list.")
  Path file;

  @Option(
      names = "--capacity",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "The bytes that are enough, such as 1MiB; exit code 1 if they are not reached.")
  @Nullable Long capacity;

  @Option(
      names = "--strategy",
      paramLabel = "NAME",
      completionCandidates = StrategyNames.OrAll.class,
      description = "How to place them, or 'all' to compare: ${COMPLETION-CANDIDATES}.")
  @Nullable String strategy;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      description = "The most search nodes. Default: 200000, or any number with --limit.")
  @Nullable Long nodes;

  @Option(
      names = "--limit",
      paramLabel = "SECONDS",
      description = "Stop the search after this time: another run may then find another result.")
  @Nullable Double limit;

  @Option(names = "--json", description = "Print everything as JSON, offsets included.")
  boolean json;

  @Option(names = "--svg", paramLabel = "FILE", description = "Draw the packing: address x time.")
  @Nullable Path svg;

  @Option(names = "--out", paramLabel = "FILE", description = "Write the list with offsets.")
  @Nullable Path out;

  @Option(names = "--check", description = "Judge the offsets that the list gives, place nothing.")
  boolean check;

  @Override
  public Integer call() {
    List<Strategy> strategies = strategies();
    Effort effort = effort();
    BufferList.Read read = BufferList.read(file);
    BufferList list = read.list();
    if (list == null) {
      throw new BadText(read.source(), read.diagnostics());
    }
    var report = new PackReport(console, file, list.problem(), capacity);
    if (check) {
      return check(list.problem(), given(list), report);
    }
    var outcomes = new ArrayList<PackReport.Result>();
    for (Strategy each : strategies) {
      Outcome outcome = each.pack(list.problem(), effort);
      verify(list.problem(), each.name(), outcome);
      outcomes.add(new PackReport.Result(each.name(), outcome));
    }
    Outcome best = report.best(outcomes);
    write(list.problem(), best.packing(), best.lowerBound(), ", packed by " + best.foundBy());
    report.print(outcomes, json);
    return report.fits(best) ? Main.GOOD : Main.CHECK_FAILED;
  }

  private int check(Problem problem, Packing given, PackReport report) {
    List<String> wrong = PackingChecker.check(problem.items(), given);
    write(problem, given, problem.loadBound(), ", as given");
    report.printCheck(given, wrong, json);
    boolean fits = capacity == null || given.peak() <= capacity;
    return wrong.isEmpty() && fits ? Main.GOOD : Main.CHECK_FAILED;
  }

  private Packing given(BufferList list) {
    if (list.given() == null) {
      throw Failures.badUsage("--check needs a list with an offset for each buffer: " + file);
    }
    return list.given();
  }

  private void write(Problem problem, Packing packing, long lowerBound, String how) {
    if (svg != null) {
      long asked = capacity == null ? 0 : capacity;
      String title = file.getFileName() + how;
      PackingPicture.write(
          svg, problem, packing, new PackingPicture.Caption(title, lowerBound, asked));
    }
    if (out != null) {
      BufferListWriter.write(out, problem, packing);
    }
  }

  /** Whatever made a packing, it is checked before anybody sees it. */
  private static void verify(Problem problem, String name, Outcome outcome) {
    List<String> wrong = PackingChecker.check(problem.items(), outcome.packing());
    if (!wrong.isEmpty() || outcome.lowerBound() > outcome.peak()) {
      throw new IllegalStateException(
          name + " made a wrong packing: " + wrong + ", bound " + outcome.lowerBound());
    }
  }

  private List<Strategy> strategies() {
    return strategy == null ? List.of(Strategies.OURS) : StrategyNames.findAll(strategy);
  }

  private Effort effort() {
    Effort effort = Effort.DEFAULT;
    if (nodes != null) {
      if (nodes < 0) {
        throw Failures.badUsage("--nodes is " + nodes + ", expected at least 0");
      }
      effort = effort.withNodes(nodes);
    }
    if (limit != null) {
      if (!(limit >= 0 && limit <= 1e9)) {
        throw Failures.badUsage("--limit is " + limit + ", expected seconds, at least 0");
      }
      effort = effort.withLimit(Duration.ofNanos((long) (limit * 1e9)));
      if (nodes == null) {
        effort = effort.withNodes(Long.MAX_VALUE);
      }
    }
    return capacity == null ? effort : effort.withCapacity(capacity);
  }
}
