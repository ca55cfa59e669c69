package dev.miser.onnx.lower;

import static dev.miser.onnx.lower.NormsModels.f32;
import static dev.miser.onnx.lower.NormsModels.integer;
import static dev.miser.onnx.lower.NormsModels.list;
import static dev.miser.onnx.lower.NormsModels.opset;
import static dev.miser.onnx.lower.NormsModels.scalar;
import static dev.miser.onnx.lower.RecurrentModels.body;
import static dev.miser.onnx.lower.RecurrentModels.constant;
import static dev.miser.onnx.lower.RecurrentModels.node;
import static dev.miser.onnx.lower.RecurrentModels.tensor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.frontend.weights.Tensor;
import dev.miser.ir.eval.EvaluationException;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.onnx.proto.Onnx.AttributeProto;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Branches, loops and scans: what is known at import, what depends on inputs, what is refused. */
class ControlFlowTest {
  private static final Tensor TRUE = tensor(ElementType.BOOL, List.of(), 1);
  private static final Tensor FALSE = tensor(ElementType.BOOL, List.of(), 0);

  private static final AttributeProto THEN = body("then_branch", "", "t", node("Add", "x x", "t"));
  private static final AttributeProto ELSE = body("else_branch", "", "e", node("Neg", "x", "e"));

  private static double[] doubles(NormsModels model, String result) {
    return model.run(result).getFirst().doubles();
  }

  @Test
  void branchesOfAnInputAreChosenFrom() {
    for (boolean holds : new boolean[] {true, false}) {
      var model =
          opset(16)
              .input("c", holds ? TRUE : FALSE)
              .input("x", f32(List.of(2L), 3, 4))
              .node("If", "c", "y", THEN, ELSE);
      double[] expected = holds ? new double[] {6, 8} : new double[] {-3, -4};
      assertArrayEquals(expected, doubles(model, "y"));
    }
  }

  /** The branch not taken does not even have a meaning. */
  @Test
  void ofAKnownConditionOnlyTheBranchTakenIsLookedAt() {
    var model =
        opset(16)
            .constant("c", TRUE)
            .input("x", f32(List.of(2L), 3, 4))
            .node("If", "c", "y", THEN, body("else_branch", "", "e", node("Nonsense", "x", "e")));
    assertArrayEquals(new double[] {6, 8}, doubles(model, "y"));
    assertEquals(1, model.imported("y").function().body().size());
  }

  @Test
  void branchesOfDifferentTypesAreRefused() {
    String refusal =
        opset(16)
            .input("c", TRUE)
            .input("x", f32(List.of(2L), 3, 4))
            .node(
                "If",
                "c",
                "y",
                THEN,
                body(
                    "else_branch",
                    "",
                    "e",
                    constant("axis", tensor(ElementType.I64, List.of(1L), 0)),
                    node("Unsqueeze", "x axis", "e")))
            .refusal("y");
    assertTrue(refusal.contains("chooses between f32[2] and f32[1,2]"), refusal);
  }

  /** Doubles x and counts on; goes on while x is below 20. */
  private static AttributeProto doubling(String outputs) {
    return body(
        "body",
        "i c x",
        outputs,
        node("Add", "x x", "next"),
        constant("most", f32(List.of(), 20)),
        node("Less", "next most", "more"),
        node("Identity", "next", "shown"));
  }

  @Test
  void loopsWithAConditionOfAnInputHoldWhatTheyCarry() {
    for (double start : new double[] {1, 3, 30}) {
      for (boolean holds : new boolean[] {true, false}) {
        double expected = start;
        for (int i = 0; i < 4 && holds && (i == 0 || expected < 20); i++) {
          expected += expected;
        }
        var model =
            opset(16)
                .constant("n", scalar(4))
                .input("c", holds ? TRUE : FALSE)
                .input("start", f32(List.of(), start))
                .node("Loop", "n c start", "y", doubling("more next"));
        assertArrayEquals(new double[] {expected}, doubles(model, "y"));
      }
    }
  }

  /** Scan outputs are as many as the trips: a loop that ends before them is a failed step. */
  @Test
  void loopsWithScanOutputsMustRunToTheirEnd() {
    assertArrayEquals(new double[] {2, 4, 8}, scanned(1).run("all").getFirst().doubles());
    assertThrows(EvaluationException.class, () -> scanned(9).run("all"));
    assertThrows(EvaluationException.class, () -> scanned(9).run("last"));
  }

  private static NormsModels scanned(double start) {
    return opset(16)
        .constant("n", scalar(3))
        .constant("c", TRUE)
        .input("start", f32(List.of(), start))
        .node("Loop", "n c start", "last all", doubling("more next shown"));
  }

  /** All is known: the loop ends by its condition, without a trip count, and leaves constants. */
  @Test
  void loopsOverWhatIsKnownAreComputed() {
    var model =
        opset(16)
            .constant("c", TRUE)
            .node("Constant", "", "three", number(3))
            .node("Loop", "- c three", "last all", doubling("more next shown"));
    List<dev.miser.ir.eval.Tensor> found = model.run("last all");
    assertArrayEquals(new double[] {24}, found.get(0).doubles());
    assertArrayEquals(new double[] {6, 12, 24}, found.get(1).doubles());
    assertEquals(2, model.imported("last all").function().body().size());
  }

  private static AttributeProto number(double value) {
    return NormsModels.number("value_float", value);
  }

  @Test
  void loopsOfNoTripGiveWhatTheyTake() {
    var model =
        opset(16)
            .constant("n", scalar(0))
            .input("start", f32(List.of(2L), 1, 2))
            .node("Loop", "n - start", "last all", doubling("more next shown"));
    List<dev.miser.ir.eval.Tensor> found = model.run("last all");
    assertArrayEquals(new double[] {1, 2}, found.get(0).doubles());
    assertEquals(Shape.of(0, 2), found.get(1).type().shape());
  }

  @Test
  void loopsCarrySequences() {
    var model =
        opset(16)
            .constant("n", scalar(3))
            .input("x", f32(List.of(2L), 1, 2))
            .node("SequenceEmpty", "", "none")
            .node(
                "Loop",
                "n - none",
                "all",
                body(
                    "body",
                    "i c s",
                    "c2 s2",
                    node("Identity", "c", "c2"),
                    node("Cast", "i", "f", integer("to", 1)),
                    node("Mul", "x f", "p"),
                    node("SequenceInsert", "s p", "s2")))
            .node("ConcatFromSequence", "all", "y", integer("axis", 0));
    assertArrayEquals(new double[] {0, 0, 1, 2, 2, 4}, doubles(model, "y"));
  }

  @Test
  void loopsWithoutAnEndInSightAreRefused() {
    String refusal =
        opset(16)
            .input("n", scalar(3))
            .input("c", TRUE)
            .input("start", f32(List.of(), 1))
            .node("Loop", "n - start", "a", doubling("more next"))
            .node("Loop", "- c start", "b", doubling("more next"))
            .node("Loop", "- - start", "d", doubling("more next"))
            .refusal("a b d");
    assertTrue(refusal.contains("depend on input 'n'"), refusal);
    assertTrue(refusal.contains("it has no trip count"), refusal);
  }

  /** An inner loop of many trips in an outer one: ends by the bound on what is run. */
  @Test
  void hugeLoopsEnd() {
    AttributeProto inner = body("body", "i c s", "c s2", node("Identity", "s", "s2"));
    AttributeProto outer =
        body(
            "body",
            "j d t",
            "d t2",
            constant("most", scalar(1L << 60)),
            node("Loop", "most - t", "t2", inner));
    String refusal =
        opset(16)
            .constant("n", scalar(1L << 60))
            .input("x", f32(List.of(), 1))
            .node("Loop", "n - x", "y", outer)
            .refusal("y");
    assertTrue(refusal.contains("the model's loops run more than"), refusal);
  }

  /** Sums columns from the last to the first; what is shown lies along a new last axis. */
  @Test
  void scansHaveAxesAndDirections() {
    AttributeProto sum =
        body("body", "s x", "t shown", node("Add", "s x", "t"), node("Identity", "t", "shown"));
    var model =
        opset(11)
            .constant("zero", f32(List.of(2L), 0, 0))
            .input("x", f32(List.of(2L, 3L), 1, 2, 3, 10, 20, 30))
            .node(
                "Scan",
                "zero x",
                "last all",
                sum,
                integer("num_scan_inputs", 1),
                list("scan_input_axes", -1L),
                list("scan_input_directions", 1L),
                list("scan_output_axes", -1L),
                list("scan_output_directions", 1L));
    List<dev.miser.ir.eval.Tensor> found = model.run("last all");
    assertArrayEquals(new double[] {6, 60}, found.get(0).doubles());
    assertArrayEquals(new double[] {6, 5, 3, 60, 50, 30}, found.get(1).doubles());
  }

  @Test
  void scansOfVersion8HaveABatchAndLengths() {
    AttributeProto sum =
        body("body", "s x", "t shown", node("Add", "s x", "t"), node("Identity", "t", "shown"));
    var model =
        opset(8)
            .constant("n", tensor(ElementType.I64, List.of(2L), 3, 2))
            .constant("start", f32(List.of(2L), 0, 100))
            .input("x", f32(List.of(2L, 3L), 1, 2, 3, 10, 20, 30))
            .node("Scan", "n start x", "last all", sum, integer("num_scan_inputs", 1));
    List<dev.miser.ir.eval.Tensor> found = model.run("last all");
    assertArrayEquals(new double[] {6, 130}, found.get(0).doubles());
    assertArrayEquals(new double[] {1, 3, 6, 110, 130, 0}, found.get(1).doubles());
  }

  /** What a body holds is one weight, however often it runs. */
  @Test
  void tensorsOfBodiesAreReadOnce() {
    var model =
        opset(16)
            .constant("n", scalar(5))
            .input("x", f32(List.of(300L)))
            .node(
                "Loop",
                "n - x",
                "y",
                body(
                    "body",
                    "i c s",
                    "c s2",
                    constant("w", f32(List.of(300L))),
                    node("Mul", "s w", "s2")));
    assertEquals(1, model.imported("y").weights().tensors().size());
  }
}
