package dev.miser.onnx.lower;

import static dev.miser.onnx.lower.NormsModels.f32;
import static dev.miser.onnx.lower.NormsModels.integer;
import static dev.miser.onnx.lower.NormsModels.integers;
import static dev.miser.onnx.lower.NormsModels.list;
import static dev.miser.onnx.lower.NormsModels.number;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.frontend.weights.Tensor;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.proto.Onnx.AttributeProto;
import java.util.List;
import org.junit.jupiter.api.Test;

class PoolingTest {
  private static final Tensor LINE = f32(List.of(1L, 1L, 4L), 1, 2, 3, 4);

  private static String pool(
      String operator, long opset, Tensor x, String results, AttributeProto... attributes) {
    return NormsModels.opset(opset)
        .input("x", x)
        .node(operator, "x", results, attributes)
        .run(results)
        .getLast()
        .toLiteral()
        .toString();
  }

  /** Of 6 elements with padding three windows would begin, the third in the padding alone. */
  @Test
  void windowsThatBeginInThePaddingDoNotCount() {
    AttributeProto size = list("kernel_shape", 2L);
    AttributeProto stride = list("strides", 3L);
    AttributeProto up = integer("ceil_mode", 1);
    String two = "f32[1,1,2](1.0, 4.0)";
    assertEquals(two, pool("MaxPool", 12, LINE, "y", size, stride, up, list("pads", 1L, 1L)));
    // Without padding the second window holds the last element, and overhangs the image by one.
    assertEquals(
        "f32[1,1,2](2.0, 4.0)", pool("MaxPool", 12, LINE, "y", size, list("strides", 3L), up));
  }

  /** The last window holds 4, one element of padding, and one that is nothing at all. */
  @Test
  void averagesCountPaddingButNotWhatLiesBeyond() {
    AttributeProto[] all = {
      list("kernel_shape", 3L),
      list("strides", 3L),
      integer("ceil_mode", 1),
      list("pads", 0L, 1L),
      integer("count_include_pad", 1)
    };
    assertEquals("f32[1,1,2](2.0)", pool("AveragePool", 19, LINE, "y", all));
    all[4] = integer("count_include_pad", 0);
    assertEquals("f32[1,1,2](2.0, 4.0)", pool("AveragePool", 19, LINE, "y", all));
  }

  @Test
  void normsOfOtherPowers() {
    Tensor x = f32(List.of(1L, 1L, 4L), 3, -4, 5, 6);
    AttributeProto size = list("kernel_shape", 3L);
    double[] cubes =
        NormsModels.opset(22)
            .input("x", x)
            .node("LpPool", "x", "y", size, integer("p", 3))
            .run("y")
            .getFirst()
            .doubles();
    assertArrayEquals(new double[] {6, Math.cbrt(64 + 125 + 216)}, cubes, 1e-6);
    assertEquals("f32[1,1,2](12.0, 15.0)", pool("LpPool", 2, x, "y", size, integer("p", 1)));
    // The first version takes p as a number.
    assertEquals("f32[1,1,2](12.0, 15.0)", pool("LpPool", 1, x, "y", size, number("p", 1)));
    assertEquals("f32[1,1,1](" + (float) Math.sqrt(86) + ")", pool("GlobalLpPool", 22, x, "y"));
  }

  /** In an image of zeros padding, which is less than nothing, is never the maximum. */
  @Test
  void indicesNameTheFirstMaximumInTheImage() {
    Tensor zeros = integers(TensorType.of(ElementType.U8, 1, 1, 2, 2), 0, 0, 0, 0);
    AttributeProto[] all = {
      list("kernel_shape", 2L, 2L), list("strides", 2L, 2L), list("pads", 1L, 1L, 1L, 1L)
    };
    assertEquals("i64[1,1,2,2](0, 1, 2, 3)", pool("MaxPool", 12, zeros, "y i", all));
  }

  @Test
  void indicesMayRunDownTheColumns() {
    Tensor x = f32(List.of(2L, 1L, 2L, 3L), 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9);
    AttributeProto size = list("kernel_shape", 2L, 2L);
    assertEquals("i64[2,1,1,2](1, 1, 6, 11)", pool("MaxPool", 12, x, "y i", size));
    assertEquals(
        "i64[2,1,1,2](2, 2, 6, 11)",
        pool("MaxPool", 12, x, "y i", size, integer("storage_order", 1)));
  }

  /** Indices count in the image that the window implies; a larger one gets zeros at its ends. */
  @Test
  void maximaGoBackToWhereTheyStood() {
    assertEquals(
        "f32[1,1,5](0.0, 7.0, 0.0, 8.0, 0.0)",
        NormsModels.opset(11)
            .input("x", f32(List.of(1L, 1L, 2L), 7, 8))
            .input("i", integers(TensorType.of(ElementType.I64, 1, 1, 2), 1, 3))
            .constant("shape", integers(TensorType.of(ElementType.I64, 3), 1, 1, 5))
            .node("MaxUnpool", "x i shape", "y", list("kernel_shape", 2L), list("strides", 2L))
            .printed("y"));
  }

  /** Rows 0 to 4 of four, columns 1 to 2; the lower half of the second region is outside. */
  @Test
  void regionsOfWholeElements() {
    double[] image = new double[16];
    for (int i = 0; i < 16; i++) {
      image[i] = -i;
    }
    assertEquals(
        "f32[2,1,2,1](-1.0, -9.0, -12.0, 0.0)",
        NormsModels.opset(1)
            .input("x", f32(List.of(1L, 1L, 4L, 4L), image))
            .input("rois", f32(List.of(2L, 5L), 0, 2.4, 0, 4.4, 7, 0, 0, 5.6, 0.8, 9.2))
            .node(
                "MaxRoiPool",
                "x rois",
                "y",
                list("pooled_shape", 2L, 1L),
                number("spatial_scale", 0.5))
            .printed("y"));
  }

  /**
   * On a slope the mean of a cell is the slope at its middle, however many samples it takes: one
   * for the small region, three each way for the other.
   */
  @Test
  void regionsAreSampledAsFinelyAsTheyAreLarge() {
    double[] slope = new double[64];
    for (int i = 0; i < 64; i++) {
      slope[i] = i / 8 * 10 + i % 8;
    }
    String result =
        NormsModels.opset(16)
            .input("x", f32(List.of(1L, 1L, 8L, 8L), slope))
            .constant("rois", f32(List.of(2L, 4L), 1, 1, 2, 2, 1, 2, 7, 8))
            .constant("batch", integers(TensorType.of(ElementType.I64, 2), 0, 0))
            .node(
                "RoiAlign",
                "x rois batch",
                "y",
                integer("output_height", 2),
                integer("output_width", 2))
            .printed("y");
    // Cell middles less a half: 0.75 and 1.25; columns 2 and 5, rows 3 and 6.
    assertEquals("f32[2,1,2,2](8.25, 8.75, 13.25, 13.75, 32.0, 35.0, 62.0, 65.0)", result);
  }

  @Test
  void numbersOfSamplesMustBeKnown() {
    String found =
        NormsModels.opset(16)
            .input("x", f32(List.of(1L, 1L, 1L, 1L), 0))
            .input("rois", f32(List.of(1L, 4L), 0, 0, 1, 1))
            .constant("batch", integers(TensorType.of(ElementType.I64, 1), 0))
            .node("RoiAlign", "x rois batch", "y")
            .refusal("y");
    assertTrue(found.contains("depend on input 'rois'"), found);
  }

  @Test
  void hugeWindowsAreRefused() {
    String found =
        NormsModels.opset(22)
            .input("x", f32(List.of(1L, 1L, 1L, 1L), 0))
            .node(
                "MaxPool",
                "x",
                "y",
                list("kernel_shape", 1L << 20, 1L << 20),
                list("pads", 1L << 20, 1L << 20, 1L << 20, 1L << 20))
            .refusal("y");
    assertTrue(found.contains("has more than 16777216 entries"), found);
  }
}
