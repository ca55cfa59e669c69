package dev.miser.onnx.lower;

import static dev.miser.onnx.lower.NormsModels.f32;
import static dev.miser.onnx.lower.NormsModels.integer;
import static dev.miser.onnx.lower.NormsModels.integers;
import static dev.miser.onnx.lower.NormsModels.opset;
import static dev.miser.onnx.lower.NormsModels.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.eval.EvaluationException;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Targets that are ignored whatever they are, and refusals. */
class LossesTest {
  private static NormsModels losses(long... targets) {
    return opset(22)
        .input("x", f32(List.of(3L, 2L), -1, -2, Double.NEGATIVE_INFINITY, -3, -4, -5))
        .input("t", integers(TensorType.of(ElementType.I32, 3), targets))
        .constant("w", f32(List.of(2L), 10, 100));
  }

  @Test
  void ignoredTargetsNeitherFailNorCount() {
    for (String reduction : List.of("none", "sum", "mean")) {
      double[] y =
          losses(1, -100, 0)
              .node(
                  "NegativeLogLikelihoodLoss",
                  "x t w",
                  "y",
                  integer("ignore_index", -100),
                  text("reduction", reduction))
              .run("y")
              .getFirst()
              .doubles();
      double[] expected =
          switch (reduction) {
            case "none" -> new double[] {200, 0, 40};
            case "sum" -> new double[] {240};
            default -> new double[] {240.0 / 110};
          };
      assertArrayEquals(expected, y, 1e-5);
    }
  }

  @Test
  void infiniteLossesOfIgnoredClassesDoNotCount() {
    double[] y =
        losses(1, 0, 1)
            .node("NegativeLogLikelihoodLoss", "x t", "y", integer("ignore_index", 0))
            .run("y")
            .getFirst()
            .doubles();
    assertEquals(3.5, y[0], 1e-6);
  }

  @Test
  void otherTargetsThatAreNoClassFail() {
    NormsModels model =
        losses(1, 2, 0)
            .node("NegativeLogLikelihoodLoss", "x t", "y", integer("ignore_index", -100));
    assertThrows(EvaluationException.class, () -> model.run("y"));
  }

  @Test
  void refusesWhatDoesNotFit() {
    String why =
        losses(1, 0, 0)
            .constant("three", f32(List.of(3L), 1, 2, 3))
            .node("NegativeLogLikelihoodLoss", "x t three", "a")
            .node("NegativeLogLikelihoodLoss", "x w", "b")
            .node("SoftmaxCrossEntropyLoss", "x t", "c", text("reduction", "median"))
            .node("SoftmaxCrossEntropyLoss", "three t", "d")
            .node("SoftmaxCrossEntropyLoss", "x three", "e")
            .refusal("a b c d e");
    assertEquals(5, why.lines().filter(line -> line.contains("[onnx.node]")).count(), why);
    assertTrue(why.contains("reduction is 'median', expected none, sum or mean"), why);
  }
}
