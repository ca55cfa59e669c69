package dev.miser.onnx.lower;

import static dev.miser.onnx.lower.NormsModels.f32;
import static dev.miser.onnx.lower.NormsModels.floats;
import static dev.miser.onnx.lower.NormsModels.integer;
import static dev.miser.onnx.lower.NormsModels.integers;
import static dev.miser.onnx.lower.NormsModels.numbers;
import static dev.miser.onnx.lower.NormsModels.opset;
import static dev.miser.onnx.lower.NormsModels.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.miser.ir.eval.Tensor;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Images seen through grids. */
class GridsTest {
  /** A line of 0, 10, 20, 30 seen at 4.5 and 0.75: 4.5 is 1 beyond the last edge. */
  private static double[] line(String mode, String padding) {
    return opset(20)
        .input("x", f32(List.of(1L, 1L, 4L), 0, 10, 20, 30))
        .input("grid", f32(List.of(1L, 2L, 1L), 1.5, -0.375))
        .node("GridSample", "x grid", "y", text("mode", mode), text("padding_mode", padding))
        .run("y")
        .getFirst()
        .doubles();
  }

  @Test
  void beyondTheEdge() {
    assertArrayEquals(new double[] {0, 7.5}, line("linear", "zeros"), 1e-5);
    assertArrayEquals(new double[] {30, 7.5}, line("linear", "border"), 1e-5);
    assertArrayEquals(new double[] {25, 7.5}, line("linear", "reflection"), 1e-5);
    assertArrayEquals(new double[] {0, 10}, line("nearest", "zeros"), 1e-5);
    assertArrayEquals(new double[] {30, 10}, line("nearest", "border"), 1e-5);
  }

  /** What is not a number is nowhere: the step goes on, at the first element. */
  @Test
  void placesThatAreNoNumbers() {
    Tensor y =
        opset(20)
            .input("x", f32(List.of(1L, 1L, 4L), 1, 2, 3, 4))
            .input("grid", f32(List.of(1L, 2L, 1L), Double.NaN, Double.POSITIVE_INFINITY))
            .node("GridSample", "x grid", "y", text("mode", "nearest"))
            .run("y")
            .getFirst();
    assertArrayEquals(new double[] {0, 0}, y.doubles());
  }

  /** Two batches and channels, whose rows must not mix; cubic curves summed in plain loops. */
  @Test
  void cubicWithBorders() {
    double[] x = numbers(2 * 2 * 3 * 4, 1);
    double[] grid = numbers(2 * 5 * 1 * 2, 4);
    double[] found =
        opset(16)
            .input("x", f32(List.of(2L, 2L, 3L, 4L), x))
            .input("grid", f32(List.of(2L, 5L, 1L, 2L), grid))
            .node(
                "GridSample",
                "x grid",
                "y",
                text("mode", "bicubic"),
                text("padding_mode", "border"),
                integer("align_corners", 1))
            .run("y")
            .getFirst()
            .doubles();
    for (int i = 0; i < found.length; i++) {
      int batch = i / 10;
      int place = batch * 5 + i % 5;
      double column = (grid[place * 2] + 1) / 2 * 3;
      double row = (grid[place * 2 + 1] + 1) / 2 * 2;
      double sum = 0;
      for (int r = -3; r < 7; r++) {
        for (int c = -3; c < 8; c++) {
          double weight = curve(Math.abs(r - row)) * curve(Math.abs(c - column));
          sum += weight * x[(i / 5 * 3 + Math.clamp(r, 0, 2)) * 4 + Math.clamp(c, 0, 3)];
        }
      }
      assertEquals(sum, found[i], 1e-5);
    }
  }

  private static double curve(double x) {
    double near = 1.25 * x * x * x - 2.25 * x * x + 1;
    double far = -0.75 * x * x * x + 3.75 * x * x - 6 * x + 3;
    return x <= 1 ? near : x < 2 ? far : 0;
  }

  /** x' = 2 x + y + 10 and y' = 3 y + 20 over columns at -1/2, 1/2 and rows at -1, 1. */
  @Test
  void gridsOfHalves() {
    Tensor y =
        opset(20)
            .input("theta", floats(TensorType.of(ElementType.F16, 1, 2, 3), 2, 1, 10, 0, 3, 20))
            .constant("size", integers(TensorType.of(ElementType.I64, 4), 1, 1, 1, 2))
            .node("AffineGrid", "theta size", "y")
            .run("y")
            .getFirst();
    assertEquals(TensorType.of(ElementType.F16, 1, 1, 2, 2), y.type());
    assertArrayEquals(new double[] {9, 20, 11, 20}, y.doubles());
  }
}
