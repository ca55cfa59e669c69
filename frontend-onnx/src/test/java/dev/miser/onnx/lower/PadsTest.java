package dev.miser.onnx.lower;

import static dev.miser.onnx.lower.NormsModels.f32;
import static dev.miser.onnx.lower.NormsModels.integers;
import static dev.miser.onnx.lower.NormsModels.opset;
import static dev.miser.onnx.lower.NormsModels.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is put around a tensor. */
class PadsTest {
  private static double[] padded(String mode, long before, long after) {
    return opset(19)
        .input("x", f32(List.of(3L), 1, 2, 3))
        .constant("pads", integers(TensorType.of(ElementType.I64, 2), before, after))
        .node("Pad", "x pads", "y", text("mode", mode))
        .run("y")
        .getFirst()
        .doubles();
  }

  @Test
  void furtherThanTheAxisIsLong() {
    assertArrayEquals(new double[] {2, 1, 2, 3, 2, 1, 2, 3, 2}, padded("reflect", 5, 1));
    assertArrayEquals(new double[] {3, 1, 2, 3, 1, 2, 3, 1, 2}, padded("wrap", 1, 5));
    assertArrayEquals(new double[] {1, 1, 1, 1, 2, 3, 3}, padded("edge", 3, 1));
  }

  /** What is cut off is not repeated. */
  @Test
  void negativeNumbersCut() {
    assertArrayEquals(new double[] {2, 3, 3, 3}, padded("edge", -1, 2));
    assertArrayEquals(new double[] {2, 3, 2}, padded("reflect", -1, 1));
    assertArrayEquals(new double[] {2, 3, 0}, padded("constant", -1, 1));
  }

  @Test
  void numbersOfEachStepFill() {
    double[] found =
        opset(18)
            .input("x", f32(List.of(1L, 2L), 1, 2))
            .input("fill", f32(List.of(), 7))
            .constant("pads", integers(TensorType.of(ElementType.I64, 2), 1, 0))
            .constant("axes", integers(TensorType.of(ElementType.I64, 1), -1))
            .node("Pad", "x pads fill axes", "y")
            .run("y")
            .getFirst()
            .doubles();
    assertArrayEquals(new double[] {7, 1, 2}, found);
  }

  @Test
  void nothingToRepeatIsRefused() {
    String refusal =
        opset(19)
            .input("x", f32(List.of(0L)))
            .constant("pads", integers(TensorType.of(ElementType.I64, 2), 1, 0))
            .node("Pad", "x pads", "y", text("mode", "edge"))
            .refusal("y");
    assertTrue(refusal.contains("has nothing that mode edge repeats"), refusal);
  }
}
