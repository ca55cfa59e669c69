package dev.miser.driver;

import dev.miser.compiler.ByteSize;
import dev.miser.ir.op.Names;
import dev.miser.passes.memory.report.PlanDifference;
import dev.miser.passes.memory.report.PlanSummary;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Two plans compared, and whether the second needs more.
 *
 * @param by the measure that decides
 */
record PlanComparison(
    PlanSummary before, PlanSummary after, PlanSummary.Measure by, Tolerance tolerance) {
  /** What {@code --json} prints. */
  private record Document(
      String before,
      String after,
      boolean worse,
      PlanSummary.Measure by,
      String tolerance,
      List<PlanDifference.MeasureChange> measures,
      List<PlanDifference.TensorChange> tensors,
      List<PlanDifference.StepChange> steps) {}

  boolean isWorse() {
    return !tolerance.allows(before.bytes(by), after.bytes(by));
  }

  String json() {
    PlanDifference difference = PlanDifference.of(before, after);
    return Json.PRETTY.toJson(
        new Document(
            before.program(),
            after.program(),
            isWorse(),
            by,
            tolerance.text(),
            difference.measures(),
            difference.tensors(),
            difference.steps()));
  }

  /** Returns the differences in words, of tensors and of steps at most so many. */
  String text(int top) {
    PlanDifference difference = PlanDifference.of(before, after);
    var out = new StringBuilder();
    line(
        out,
        "from @" + Names.spelling(before.program()) + " to @" + Names.spelling(after.program()));
    var measures = new Table("  ").numbers(1, 2, 3, 4);
    for (PlanDifference.MeasureChange change : difference.measures()) {
      measures.row(
          change.measure().text(),
          change.before(),
          change.after(),
          signed(change.growth()),
          share("", change.before(), change.growth()));
    }
    out.append(measures);
    tensors(difference.tensors(), top, out);
    steps(difference.steps(), top, out);
    line(out, "");
    line(out, verdict());
    return out.toString();
  }

  private static void tensors(
      List<PlanDifference.TensorChange> changes, int top, StringBuilder out) {
    line(out, "");
    if (changes.isEmpty()) {
      line(out, "no tensor differs");
      return;
    }
    line(out, "tensors that differ, largest first: " + changes.size());
    var table = new Table("  ").numbers(1);
    for (PlanDifference.TensorChange change : changes.stream().limit(top).toList()) {
      table.row(
          word(change.change()),
          signed(change.growth()),
          Names.reference(change.name()),
          described(change.before(), change.after()));
    }
    out.append(table);
    rest(changes.size() - top, out);
  }

  private static void steps(List<PlanDifference.StepChange> changes, int top, StringBuilder out) {
    line(out, "");
    if (changes.isEmpty()) {
      line(out, "no step holds other bytes");
      return;
    }
    line(out, "steps at which other bytes are alive, largest first: " + changes.size());
    var table = new Table("  ").numbers(1);
    for (PlanDifference.StepChange change : changes.stream().limit(top).toList()) {
      table.row(
          word(change.change()),
          signed(change.growth()),
          change.name(),
          switch (change.change()) {
            case NEW -> "with " + change.after();
            case GONE -> "with " + change.before();
            case GROWN, SHRUNK, MOVED -> change.before() + " -> " + change.after();
          });
    }
    out.append(table);
    rest(changes.size() - top, out);
  }

  private static void rest(int more, StringBuilder out) {
    if (more > 0) {
      line(out, "  and " + more + " more");
    }
  }

  /** Says what is the same once, and what changed with an arrow. */
  private static String described(
      PlanSummary.@Nullable Tensor before, PlanSummary.@Nullable Tensor after) {
    if (before == null || after == null) {
      PlanSummary.Tensor one = before == null ? after : before;
      return one == null ? "" : kind(one) + " of " + one.bytes() + ", " + life(one);
    }
    return arrow(kind(before), kind(after))
        + " of "
        + arrow(String.valueOf(before.bytes()), String.valueOf(after.bytes()))
        + ", "
        + arrow(life(before), life(after));
  }

  private static String arrow(String before, String after) {
    return before.equals(after) ? before : before + " -> " + after;
  }

  private static String kind(PlanSummary.Tensor tensor) {
    return word(tensor.kind());
  }

  private static String life(PlanSummary.Tensor tensor) {
    return tensor.from() + " .. " + tensor.until();
  }

  private String verdict() {
    long growth = after.bytes(by) - before.bytes(by);
    String measure = "the " + by.text();
    if (growth == 0) {
      return "not worse: " + measure + " is the same";
    }
    String amount = ByteSize.exact(Math.abs(growth)) + share(", ", before.bytes(by), growth);
    if (growth < 0) {
      return "better: " + measure + " is smaller by " + amount;
    }
    return (isWorse() ? "worse: " : "not worse: ")
        + measure
        + " is larger by "
        + amount
        + (isWorse() ? ", more than the tolerance of " : ", within the tolerance of ")
        + tolerance.text();
  }

  private static String share(String lead, long before, long growth) {
    return before == 0 || growth == 0
        ? ""
        : lead + String.format(Locale.ROOT, "%+.1f %%", 100.0 * growth / before);
  }

  private static String signed(long growth) {
    return growth > 0 ? "+" + growth : String.valueOf(growth);
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static void line(StringBuilder out, String text) {
    out.append(text).append('\n');
  }
}
