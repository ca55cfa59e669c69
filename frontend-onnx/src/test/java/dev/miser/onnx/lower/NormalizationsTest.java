package dev.miser.onnx.lower;

import static dev.miser.onnx.lower.NormsModels.f32;
import static dev.miser.onnx.lower.NormsModels.floats;
import static dev.miser.onnx.lower.NormsModels.integer;
import static dev.miser.onnx.lower.NormsModels.number;
import static dev.miser.onnx.lower.NormsModels.numbers;
import static dev.miser.onnx.lower.NormsModels.opset;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.eval.Tensor;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Versions and modes of normalizations that the suite's open cases do not have. */
class NormalizationsTest {
  private static final double EXACT = 1e-5;

  @Test
  void localResponseOfAnEvenSizeReachesFartherUp() {
    double[] x = numbers(5, 2);
    for (int size = 1; size <= 6; size++) {
      double[] y =
          opset(13)
              .input("x", f32(List.of(1L, 5L), x))
              .node("LRN", "x", "y", integer("size", size), number("alpha", 3), number("bias", 2))
              .run("y")
              .getFirst()
              .doubles();
      for (int c = 0; c < 5; c++) {
        double sum = 0;
        int last = Math.min(4, c + (int) Math.ceil((size - 1) / 2.0));
        for (int i = Math.max(0, c - (size - 1) / 2); i <= last; i++) {
          sum += x[i] * x[i];
        }
        assertEquals(x[c] / Math.pow(2 + 3.0 / size * sum, 0.75), y[c], EXACT, "size " + size);
      }
    }
  }

  /** Two groups of two channels: each group is -1, 1 after normalization. */
  @Test
  void groupsHaveTheirOwnScaleBeforeVersion21() {
    for (long version : new long[] {18, 21}) {
      boolean old = version == 18;
      double[] y =
          opset(version)
              .input("x", f32(List.of(1L, 4L), 1, 3, 5, 9))
              .constant("scale", old ? f32(List.of(2L), 1, 2) : f32(List.of(4L), 1, 2, 3, 4))
              .constant("bias", old ? f32(List.of(2L), 10, 20) : f32(List.of(4L), 0, 0, 0, 10))
              .node(
                  "GroupNormalization",
                  "x scale bias",
                  "y",
                  integer("num_groups", 2),
                  number("epsilon", 0))
              .run("y")
              .getFirst()
              .doubles();
      double[] expected = old ? new double[] {9, 11, 18, 22} : new double[] {-1, 2, -3, 14};
      assertArrayEquals(expected, y, EXACT);
    }
  }

  @Test
  void layerStatisticsHaveTheirOwnType() {
    List<Tensor> outputs =
        opset(17)
            .input("x", floats(TensorType.of(ElementType.F16, 2, 2), 1, 3, 10, 30))
            .constant("scale", floats(TensorType.of(ElementType.F16, 2), 1, 2))
            .node("LayerNormalization", "x scale", "y m i", number("epsilon", 0))
            .run("y m i");
    assertArrayEquals(new double[] {-1, 2, -1, 2}, outputs.get(0).doubles(), EXACT);
    assertEquals(TensorType.of(ElementType.F32, 2, 1), outputs.get(1).type());
    assertArrayEquals(new double[] {2, 20}, outputs.get(1).doubles(), EXACT);
    assertEquals(TensorType.of(ElementType.F32, 2, 1), outputs.get(2).type());
    assertArrayEquals(new double[] {1, 0.1}, outputs.get(2).doubles(), EXACT);
  }

  @Test
  void scalesMayDifferForWhatIsNormalizedApart() {
    List<Tensor> outputs =
        opset(23)
            .input("x", f32(List.of(2L, 2L), 1, 3, 3, 4))
            .constant("scale", f32(List.of(2L, 1L), 1, 10))
            .constant("bias", f32(List.of(1L), 5))
            .node("LayerNormalization", "x scale bias", "y", number("epsilon", 0))
            .node("RMSNormalization", "x scale", "z", number("epsilon", 0))
            .run("y z");
    assertArrayEquals(new double[] {4, 6, -5, 15}, outputs.get(0).doubles(), EXACT);
    double[] roots = {Math.sqrt(5), Math.sqrt(12.5)};
    double[] expected = {1 / roots[0], 3 / roots[0], 30 / roots[1], 40 / roots[1]};
    assertArrayEquals(expected, outputs.get(1).doubles(), EXACT);
  }

  @Test
  void rootMeanSquareHasTheTypeOfItsScale() {
    Tensor y =
        opset(23)
            .input("x", floats(TensorType.of(ElementType.F16, 1, 2), 3, 4))
            .constant("scale", f32(List.of(2L), 1, 1))
            .node("RMSNormalization", "x scale", "y", number("epsilon", 0))
            .run("y")
            .getFirst();
    assertEquals(TensorType.of(ElementType.F32, 1, 2), y.type());
    assertEquals(3 / Math.sqrt(12.5), y.doubles()[0], EXACT);
  }

  @Test
  void zerosOfLengthZeroRemainZeros() {
    for (int p = 1; p <= 2; p++) {
      double[] y =
          opset(22)
              .input("x", floats(TensorType.of(ElementType.F16, 2, 2), 0, 0, 300, -400))
              .node("LpNormalization", "x", "y", integer("p", p))
              .run("y")
              .getFirst()
              .doubles();
      // Squares of 300 are beyond f16.
      double[] expected =
          p == 1 ? new double[] {0, 0, 3.0 / 7, -4.0 / 7} : new double[] {0, 0, 0.6, -0.8};
      assertArrayEquals(expected, y, 1e-3);
    }
  }

  @Test
  void meanAndVarianceOfGivenAxes() {
    double[] y =
        opset(13)
            .input("x", f32(List.of(2L, 2L), 1, 3, 10, 30))
            .node("MeanVarianceNormalization", "x", "y", NormsModels.list("axes", 1L))
            .run("y")
            .getFirst()
            .doubles();
    assertArrayEquals(new double[] {-1, 1, -1, 1}, y, EXACT);
  }

  @Test
  void refusesWhatIsNoNormalization() {
    NormsModels x = opset(22).input("x", f32(List.of(2L, 2L), 1, 3, 10, 30));
    String why =
        x.node("LpNormalization", "x", "a", integer("p", 3))
            .node("MeanVarianceNormalization", "x", "b")
            .node("InstanceNormalization", "x x x", "c")
            .node("GroupNormalization", "x x x", "d", integer("num_groups", -4))
            .node("LRN", "x", "e", integer("size", 0))
            .node("LayerNormalization", "x x", "f", integer("axis", 2))
            .refusal("a b c d e f");
    assertEquals(6, why.lines().filter(line -> line.contains("[onnx.node]")).count(), why);
    assertTrue(why.contains("p is 3, expected 1 or 2"), why);
  }
}
