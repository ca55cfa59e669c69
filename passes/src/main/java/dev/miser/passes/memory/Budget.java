package dev.miser.passes.memory;

import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.Place;
import dev.miser.ir.op.Names;
import dev.miser.ir.plan.Buffer;
import dev.miser.ir.plan.Plan;
import java.util.List;
import java.util.Locale;

/** The bytes that a program may use. */
public record Budget(long bytes) {
  private static final int TENSORS_NAMED = 8;

  /** Returns nothing if the plan fits, else the refusal: what it needs and which tensors. */
  public List<Diagnostic> check(Plan plan) {
    if (plan.arenaBytes() <= bytes) {
      return List.of();
    }
    MemoryReport report = MemoryReport.of(plan);
    Diagnostic refusal =
        Diagnostic.error(Code.BUDGET_TOO_SMALL, Place.NONE, plan.arenaBytes(), bytes);
    if (report.peakTime() >= 0) {
      MemoryReport.StepMemory step = report.steps().get(report.peakTime());
      refusal =
          refusal.withNote(
              Place.NONE,
              "the peak of "
                  + report.peakBytes()
                  + " bytes is at "
                  + (step.init() ? "init" : "step")
                  + " "
                  + step.name());
    }
    for (MemoryReport.Tensor tensor :
        report.peak().subList(0, Math.min(TENSORS_NAMED, report.peak().size()))) {
      refusal = refusal.withNote(Place.NONE, describe(tensor));
    }
    return List.of(refusal);
  }

  private static String describe(MemoryReport.Tensor tensor) {
    String kind = tensor.kind().name().toLowerCase(Locale.ROOT);
    String text = Names.reference(tensor.name()) + " takes " + tensor.bytes() + " bytes: " + kind;
    boolean made = tensor.kind() != Buffer.Kind.WORKSPACE && !tensor.producer().equals(kind);
    return text
        + (made ? ", made by " + tensor.producer() : "")
        + switch (tensor.kind()) {
          case OUTPUT -> ", returned";
          case WORKSPACE -> " of " + tensor.producer();
          case INPUT, PARAMETER, STATE, PERSISTENT, TRANSIENT ->
              tensor.lastUse().isEmpty() ? "" : ", last used by " + tensor.lastUse();
        };
  }
}
