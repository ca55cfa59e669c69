package dev.miser.driver;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.GsonBuilder;
import dev.miser.compiler.ByteSize;
import dev.miser.passes.memory.packing.Item;
import dev.miser.passes.memory.packing.Lifetime;
import dev.miser.passes.memory.packing.Outcome;
import dev.miser.passes.memory.packing.Packing;
import dev.miser.passes.memory.packing.Problem;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** What {@code miser pack} says of its results. */
final class PackReport {
  /** What a strategy came to. */
  record Result(String strategy, Outcome outcome) {}

  /** What {@code --json} prints. */
  private record Json(
      String file,
      @Nullable Long capacity,
      @Nullable Boolean fits,
      long loadBound,
      List<JsonBuffer> buffers,
      List<JsonResult> results) {}

  private record JsonBuffer(
      String id, long size, long alignment, @Nullable Long pinned, List<Lifetime> lives) {}

  private record JsonResult(
      String strategy,
      long peak,
      long lowerBound,
      double gap,
      String foundBy,
      String provedBy,
      long nodes,
      String stop,
      double seconds,
      List<Long> offsets) {}

  /** What {@code --check --json} prints. */
  private record JsonCheck(
      String file,
      boolean legal,
      List<String> wrong,
      long peak,
      long loadBound,
      @Nullable Long capacity,
      @Nullable Boolean fits) {}

  private final Console console;
  private final Path file;
  private final Problem problem;
  private final @Nullable Long capacity;

  PackReport(Console console, Path file, Problem problem, @Nullable Long capacity) {
    this.console = console;
    this.file = file;
    this.problem = problem;
    this.capacity = capacity;
  }

  /** Returns the smallest result, the first of several, with the best bound that any proved. */
  Outcome best(List<Result> results) {
    Outcome least =
        results.stream()
            .map(Result::outcome)
            .min(Comparator.comparingLong(Outcome::peak))
            .orElseThrow();
    Outcome proof =
        results.stream()
            .map(Result::outcome)
            .max(Comparator.comparingLong(Outcome::lowerBound))
            .orElseThrow();
    return proof.lowerBound() == least.lowerBound()
        ? least
        : new Outcome(
            least.packing(),
            proof.lowerBound(),
            least.foundBy(),
            proof.provedBy(),
            least.nodes(),
            least.stop(),
            least.cpuNanos());
  }

  boolean fits(Outcome outcome) {
    return capacity == null || outcome.peak() <= capacity;
  }

  void print(List<Result> results, boolean json) {
    Outcome best = best(results);
    if (json) {
      printJson(
          new Json(
              file.toString(),
              capacity,
              capacity == null ? null : fits(best),
              problem.loadBound(),
              problem.items().stream().map(PackReport::json).toList(),
              results.stream().map(r -> json(r, problem.count())).toList()));
    } else {
      console.out().println(head());
      console.out().print(table(results));
      console.out().println(verdict(best));
    }
  }

  private static JsonBuffer json(Item item) {
    Long pinned = item.isPinned() ? item.pinned() : null;
    return new JsonBuffer(item.name(), item.size(), item.alignment(), pinned, item.lives());
  }

  private static JsonResult json(Result result, int count) {
    Outcome outcome = result.outcome();
    return new JsonResult(
        result.strategy(),
        outcome.peak(),
        outcome.lowerBound(),
        outcome.gap(),
        outcome.foundBy(),
        outcome.provedBy(),
        outcome.nodes(),
        stop(outcome),
        outcome.cpuNanos() / 1e9,
        LongStream.range(0, count).map(i -> outcome.packing().offset((int) i)).boxed().toList());
  }

  private String head() {
    long sum = problem.items().stream().mapToLong(Item::size).sum();
    return file
        + ": "
        + problem.count()
        + (problem.count() == 1 ? " buffer of " : " buffers of ")
        + ByteSize.exact(sum)
        + ", at most "
        + ByteSize.exact(problem.loadBound())
        + " alive at once";
  }

  private static Table table(List<Result> results) {
    var table = new Table("  ").numbers(1, 2, 3, 6, 8);
    table.row(
        "strategy", "peak", "lower bound", "gap", "found by", "proved by", "nodes", "stop", "time");
    for (Result result : results) {
      Outcome outcome = result.outcome();
      table.row(
          result.strategy(),
          outcome.peak(),
          outcome.lowerBound(),
          gap(outcome),
          outcome.foundBy(),
          outcome.provedBy(),
          outcome.nodes(),
          stop(outcome),
          String.format(Locale.ROOT, "%.1f ms", outcome.cpuNanos() / 1e6));
    }
    return table;
  }

  private static String gap(Outcome outcome) {
    return outcome.isOptimal() ? "0" : String.format(Locale.ROOT, "%.2f %%", 100 * outcome.gap());
  }

  private static String stop(Outcome outcome) {
    return outcome.stop().name().toLowerCase(Locale.ROOT);
  }

  private String verdict(Outcome best) {
    String peak = ByteSize.exact(best.peak());
    String known =
        best.isOptimal()
            ? "no packing takes less"
            : "at least " + ByteSize.exact(best.lowerBound()) + " are needed";
    if (capacity == null) {
      return "packed into " + peak + ": " + known + ", as proved by " + best.provedBy();
    }
    String wanted = ByteSize.exact(capacity);
    if (fits(best)) {
      return "fits: packed into " + peak + " of " + wanted;
    }
    String missing = ByteSize.exact(best.peak() - capacity);
    if (best.lowerBound() > capacity) {
      return "does not fit, proved impossible: at least "
          + ByteSize.exact(best.lowerBound())
          + " are needed, as proved by "
          + best.provedBy()
          + "; the capacity is "
          + wanted
          + ", packed into "
          + peak;
    }
    return "not found, and not proved impossible: packed into "
        + peak
        + ", "
        + missing
        + " above the capacity of "
        + wanted
        + "; the best lower bound is "
        + ByteSize.exact(best.lowerBound());
  }

  /** Says what is wrong with the packing that the file gives. */
  void printCheck(Packing given, List<String> wrong, boolean json) {
    boolean fits = capacity == null || given.peak() <= capacity;
    if (json) {
      printJson(
          new JsonCheck(
              file.toString(),
              wrong.isEmpty(),
              wrong,
              given.peak(),
              problem.loadBound(),
              capacity,
              capacity == null ? null : fits));
      return;
    }
    console.out().println(head());
    for (String sentence : wrong) {
      console.out().println("  wrong: " + sentence);
    }
    if (wrong.isEmpty()) {
      console.out().println("the packing is legal; its peak is " + ByteSize.exact(given.peak()));
    }
    if (!fits && capacity != null) {
      console
          .out()
          .println(
              "its peak of "
                  + ByteSize.exact(given.peak())
                  + " is above the capacity of "
                  + ByteSize.exact(capacity));
    }
  }

  private void printJson(Object value) {
    var gson =
        new GsonBuilder()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
            .create();
    console.out().println(gson.toJson(value));
  }
}
