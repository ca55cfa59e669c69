package dev.miser.onnx.lower;

import static dev.miser.onnx.lower.NormsModels.f32;
import static dev.miser.onnx.lower.NormsModels.floats;
import static dev.miser.onnx.lower.NormsModels.integer;
import static dev.miser.onnx.lower.NormsModels.integers;
import static dev.miser.onnx.lower.NormsModels.number;
import static dev.miser.onnx.lower.NormsModels.numbers;
import static dev.miser.onnx.lower.NormsModels.opset;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Versions and modes of activations that the suite's open cases do not have. */
class ActivationsTest {
  private static final double EXACT = 1e-6;

  @Test
  void oldClipTakesItsBoundsAsAttributes() {
    double[] y =
        opset(6)
            .input("x", f32(List.of(3L), -5, 0.5, 7))
            .node("Clip", "x", "y", number("min", -1), number("max", 2))
            .run("y")
            .getFirst()
            .doubles();
    assertArrayEquals(new double[] {-1, 0.5, 2}, y);
  }

  @Test
  void clipOfUnsignedIntegersComparesThemAsUnsigned() {
    TensorType scalar = TensorType.of(ElementType.U8);
    long[] y =
        opset(13)
            .input("x", integers(TensorType.of(ElementType.U8, 3), 3, 100, 250))
            .constant("max", integers(scalar, 200))
            .constant("min", integers(scalar, 10))
            .node("Clip", "x min max", "y")
            .run("y")
            .getFirst()
            .longs();
    assertArrayEquals(new long[] {10, 100, 200}, y);
  }

  @Test
  void clipRefusesBoundsOfAnotherType() {
    String why =
        opset(13)
            .input("x", f32(List.of(1L), 1))
            .constant("min", integers(TensorType.of(ElementType.I64), 1))
            .node("Clip", "x min", "y")
            .refusal("y");
    assertTrue(why.contains("min is i64[], expected one element of type f32"), why);
  }

  @Test
  void shrinkOfIntegersComparesWithAFraction() {
    long[] y =
        opset(9)
            .input("x", integers(TensorType.of(ElementType.I8, 5), -2, -1, 0, 1, 2))
            .node("Shrink", "x", "y", number("lambd", 1.5), number("bias", 1))
            .run("y")
            .getFirst()
            .longs();
    assertArrayEquals(new long[] {-1, 0, 0, 0, 1}, y);
  }

  @Test
  void swishScalesItsGate() {
    double[] y =
        opset(24)
            .input("x", f32(List.of(2L), -1, 2))
            .node("Swish", "x", "y", number("alpha", 2))
            .run("y")
            .getFirst()
            .doubles();
    double[] expected = {-1 / (1 + Math.exp(2)), 2 / (1 + Math.exp(-4))};
    assertArrayEquals(expected, y, EXACT);
  }

  @Test
  void exponentialUnitsOfHalvesKeepSmallNumbers() {
    // e^x - 1 taken apart would give 0 or -0.000977 here.
    double[] y =
        opset(16)
            .input("x", floats(TensorType.of(ElementType.F16, 1), -0.0002))
            .node("Elu", "x", "y")
            .run("y")
            .getFirst()
            .doubles();
    assertEquals(-0.0002, y[0], 1e-6);
  }

  @Test
  void oldSlopesLieAlongTheChannels() {
    double[] y =
        opset(6)
            .input("x", f32(List.of(1L, 2L, 2L), -1, -2, -3, 4))
            .constant("slope", f32(List.of(2L), 0.5, 0.25))
            .node("PRelu", "x slope", "y")
            .run("y")
            .getFirst()
            .doubles();
    assertArrayEquals(new double[] {-0.5, -1, -0.75, 4}, y);
  }

  @Test
  void newSlopesBroadcastFromTheLastAxis() {
    double[] y =
        opset(16)
            .input("x", f32(List.of(1L, 2L, 2L), -1, -2, -3, 4))
            .constant("slope", f32(List.of(2L), 0.5, 0.25))
            .node("PRelu", "x slope", "y")
            .run("y")
            .getFirst()
            .doubles();
    assertArrayEquals(new double[] {-0.5, -0.5, -1.5, 4}, y);
  }

  /** Version 11 takes [2, 2, 2] from axis 1 on as 2 x 4; version 13 only the axis named. */
  @Test
  void oldSoftmaxFlattensWhatFollowsItsAxis() {
    double[] x = numbers(8, 1);
    for (long version : new long[] {11, 13}) {
      double[] y =
          opset(version)
              .input("x", f32(List.of(2L, 2L, 2L), x))
              .node("Softmax", "x", "y", integer("axis", 1))
              .run("y")
              .getFirst()
              .doubles();
      for (int i = 0; i < 8; i++) {
        double sum = 0;
        for (int j = i / 4 * 4; j < i / 4 * 4 + 4; j++) {
          sum += version == 11 || j % 2 == i % 2 ? Math.exp(x[j]) : 0;
        }
        assertEquals(Math.exp(x[i]) / sum, y[i], EXACT);
      }
    }
  }

  @Test
  void oldHardmaxFindsOneInAllThatFollowsItsAxis() {
    double[] y =
        opset(11)
            .input("x", f32(List.of(1L, 2L, 3L), 1, 5, 2, 5, 0, 3))
            .node("Hardmax", "x", "y")
            .run("y")
            .getFirst()
            .doubles();
    assertArrayEquals(new double[] {0, 1, 0, 0, 0, 0}, y);
  }
}
