package dev.miser.passes.memory.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.miser.ir.plan.Buffer;
import dev.miser.passes.memory.report.PlanSummary.Measure;
import dev.miser.passes.memory.report.PlanSummary.Step;
import dev.miser.passes.memory.report.PlanSummary.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every way in which two plans differ is found, the largest first. */
class PlanDifferenceTest {
  private static final Buffer.Kind TRANSIENT = Buffer.Kind.TRANSIENT;
  private static final List<String> STEPS = List.of("%a", "%b", "%c");

  private static PlanSummary summary(long arena, List<Tensor> tensors, List<Step> steps) {
    return new PlanSummary("f", Map.of(Measure.ARENA, arena), tensors, steps);
  }

  private static final PlanSummary BEFORE =
      summary(
          100,
          List.of(
              Tensor.of("same", Buffer.Kind.STATE, 10, 0, 3, STEPS),
              Tensor.of("gone", TRANSIENT, 20, 0, 1, STEPS),
              Tensor.of("grown", TRANSIENT, 20, 0, 1, STEPS),
              Tensor.of("moved", TRANSIENT, 30, 0, 1, STEPS)),
          List.of(new Step("%a", true, 50), new Step("%b", false, 60), new Step("%c", false, 1)));

  private static final PlanSummary AFTER =
      summary(
          90,
          List.of(
              Tensor.of("same", Buffer.Kind.STATE, 10, 1, 4, List.of("%new", "%a", "%b", "%c")),
              Tensor.of("new", TRANSIENT, 5, 0, 1, STEPS),
              Tensor.of("grown", TRANSIENT, 60, 0, 1, STEPS),
              Tensor.of("grown", Buffer.Kind.WORKSPACE, 20, 0, 1, STEPS),
              Tensor.of("moved", TRANSIENT, 30, 0, 2, STEPS)),
          List.of(new Step("%new", true, 2), new Step("%a", true, 50), new Step("%b", false, 10)));

  @Test
  void everyDifferenceIsFoundLargestFirst() {
    PlanDifference difference = PlanDifference.of(BEFORE, AFTER);
    assertEquals(-10, difference.of(Measure.ARENA).growth());
    assertEquals(
        List.of("grown GROWN 40", "gone GONE -20", "grown NEW 20", "new NEW 5", "moved MOVED 0"),
        difference.tensors().stream()
            .map(change -> change.name() + " " + change.change() + " " + change.growth())
            .toList());
    assertEquals(
        List.of("%b SHRUNK -50", "%new NEW 2", "%c GONE -1"),
        difference.steps().stream()
            .map(change -> change.name() + " " + change.change() + " " + change.growth())
            .toList());
  }

  @Test
  void equalPlansDoNotDiffer() {
    PlanDifference difference = PlanDifference.of(BEFORE, BEFORE);
    assertEquals(List.of(), difference.tensors());
    assertEquals(List.of(), difference.steps());
  }
}
