package dev.miser.onnx.lower;

import static dev.miser.onnx.lower.NormsModels.f32;
import static dev.miser.onnx.lower.NormsModels.integer;
import static dev.miser.onnx.lower.NormsModels.integers;
import static dev.miser.onnx.lower.NormsModels.list;
import static dev.miser.onnx.lower.NormsModels.number;
import static dev.miser.onnx.lower.NormsModels.numbers;
import static dev.miser.onnx.lower.NormsModels.opset;
import static dev.miser.onnx.lower.NormsModels.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.op.Indexing;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.proto.Onnx.AttributeProto;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Images that become larger or smaller. */
class ResizesTest {
  private static NormsModels line(double scale, double[] x, AttributeProto... attributes) {
    return opset(19)
        .input("x", f32(List.of((long) x.length), x))
        .constant("scale", f32(List.of(1L), scale))
        .node("Resize", "x - scale", "y", attributes);
  }

  private static double[] resized(double scale, double[] x, AttributeProto... attributes) {
    return line(scale, x, attributes).run("y").getFirst().doubles();
  }

  /** Middles lie at -1/4, 1/4, 3/4 and 5/4; beyond the ends there is more of the same. */
  @Test
  void linearBetweenMiddles() {
    double[] found = resized(2, new double[] {0, 4}, text("mode", "linear"));
    assertArrayEquals(new double[] {0, 1, 3, 4}, found, 1e-6);
  }

  /**
   * Halved, an element is made of four, 3/2, 1/2, 1/2 and 3/2 away on a triangle that reaches 2: an
   * eighth, three eighths, and the same again.
   */
  @Test
  void stretchedAgainstAliases() {
    double[] x = {8, 0, 0, 8, 8, 0};
    double[] found = resized(0.5, x, text("mode", "linear"), integer("antialias", 1));
    assertArrayEquals(new double[] {4, 4, 4}, found, 1e-6);
  }

  /** Versions 10: smaller images take the next element, larger ones the one before. */
  @Test
  void nearestOfTheFirstVersion() {
    var model =
        opset(10)
            .input("x", f32(List.of(4L), 1, 2, 3, 4))
            .constant("down", f32(List.of(1L), 0.6))
            .constant("up", f32(List.of(1L), 1.4))
            .node("Resize", "x down", "y")
            .node("Resize", "x up", "z");
    assertArrayEquals(new double[] {1, 3}, model.run("y").getFirst().doubles());
    assertArrayEquals(new double[] {1, 1, 2, 3, 3}, model.run("z").getFirst().doubles());
  }

  @Test
  void wholeFactorsNeedNoIndex() {
    var model =
        opset(9)
            .input("x", integers(TensorType.of(ElementType.U8, 1, 2, 2), 1, 2, 3, 4))
            .constant("scales", f32(List.of(3L), 1, 2, 3))
            .node("Upsample", "x scales", "y");
    assertArrayEquals(
        new long[] {1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 3, 3, 3, 4, 4, 4},
        model.run("y").getFirst().longs());
    assertTrue(
        model.imported("y").function().body().stream()
            .noneMatch(instruction -> instruction.op() instanceof Indexing));
  }

  /** From a place before the first element to the last: what is before is a number of its own. */
  @Test
  void croppedBeyondTheEdge() {
    double[] found =
        opset(13)
            .input("x", f32(List.of(3L), 1, 2, 3))
            .constant("part", f32(List.of(2L), -0.5, 1))
            .constant("none", f32(List.of(0L)))
            .constant("size", integers(TensorType.of(ElementType.I64, 1), 4))
            .node(
                "Resize",
                "x part none size",
                "y",
                text("mode", "linear"),
                text("coordinate_transformation_mode", "tf_crop_and_resize"),
                number("extrapolation_value", 9))
            .run("y")
            .getFirst()
            .doubles();
    assertArrayEquals(new double[] {9, 1, 2, 3}, found, 1e-6);
  }

  /** The larger of the two factors is 2: both axes grow by it. */
  @Test
  void proportionsAreKept() {
    TensorType type =
        opset(18)
            .input("x", f32(List.of(2L, 1L, 4L), new double[8]))
            .constant("sizes", integers(TensorType.of(ElementType.I64, 2), 4, 2))
            .node(
                "Resize",
                "x - - sizes",
                "y",
                list("axes", 0L, 2L),
                text("keep_aspect_ratio_policy", "not_smaller"))
            .run("y")
            .getFirst()
            .type();
    assertEquals(TensorType.of(ElementType.F32, 4, 1, 8), type);
  }

  /** Each element summed from the four around it, as the format says, without products. */
  @Test
  void cubicInTwoAxesAndATail() {
    double[] x = numbers(2 * 5 * 300, 3);
    double[] found =
        opset(13)
            .input("x", f32(List.of(2L, 5L, 300L), x))
            .constant("scales", f32(List.of(3L), 1, 1.5, 0.75))
            .node(
                "Resize",
                "x - scales",
                "y",
                text("mode", "cubic"),
                number("cubic_coeff_a", -0.5),
                integer("exclude_outside", 1))
            .run("y")
            .getFirst()
            .doubles();
    assertEquals(2 * 7 * 225, found.length);
    for (int i = 0; i < found.length; i++) {
      double row = (i / 225 % 7 + 0.5) / 1.5 - 0.5;
      double column = (i % 225 + 0.5) / 0.75 - 0.5;
      double sum = 0;
      double weights = 0;
      for (int r = 0; r < 5; r++) {
        for (int c = 0; c < 300; c++) {
          double weight = curve(Math.abs(r - row)) * curve(Math.abs(c - column));
          sum += weight * x[(i / 225 / 7 * 5 + r) * 300 + c];
          weights += weight;
        }
      }
      assertEquals(sum / weights, found[i], 1e-5);
    }
  }

  private static double curve(double x) {
    double near = 1.5 * x * x * x - 2.5 * x * x + 1;
    double far = -0.5 * x * x * x + 2.5 * x * x - 4 * x + 2;
    return x <= 1 ? near : x < 2 ? far : 0;
  }

  @Test
  void hostileScalesAreRefused() {
    for (double scale : new double[] {1e30, 1e9, 0, -1, Double.NaN}) {
      line(scale, new double[] {1, 2}, text("mode", "cubic")).refusal("y");
    }
    line(1e-38, new double[] {1, 2}, text("mode", "linear"), integer("antialias", 1)).refusal("y");
  }
}
