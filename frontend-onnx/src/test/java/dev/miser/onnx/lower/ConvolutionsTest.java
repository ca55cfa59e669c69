package dev.miser.onnx.lower;

import static dev.miser.onnx.lower.NormsModels.f32;
import static dev.miser.onnx.lower.NormsModels.integer;
import static dev.miser.onnx.lower.NormsModels.integers;
import static dev.miser.onnx.lower.NormsModels.list;
import static dev.miser.onnx.lower.NormsModels.numbers;
import static dev.miser.onnx.lower.NormsModels.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.proto.Onnx.AttributeProto;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConvolutionsTest {
  /** Two groups, padding that differs at all four sides, strides and dilations that differ. */
  @Test
  void convolutionIsWhatLoopsSay() {
    double[] x = numbers(4 * 5 * 6, 1);
    double[] weights = numbers(2 * 2 * 2 * 3, 2);
    double[] bias = {0.5, -0.25};
    double[] expected = new double[2 * 2 * 6];
    for (int o = 0; o < 2; o++) {
      for (int row = 0; row < 2; row++) {
        for (int column = 0; column < 6; column++) {
          double sum = bias[o];
          for (int entry = 0; entry < 12; entry++) {
            int channel = o * 2 + entry / 6;
            int y = row * 2 - 1 + entry / 3 % 2 * 3;
            int at = column - 2 + entry % 3;
            if (y >= 0 && y < 5 && at >= 0 && at < 6) {
              sum += x[(channel * 5 + y) * 6 + at] * weights[o * 12 + entry];
            }
          }
          expected[(o * 2 + row) * 6 + column] = sum;
        }
      }
    }
    double[] found =
        NormsModels.opset(11)
            .input("x", f32(List.of(1L, 4L, 5L, 6L), x))
            .constant("w", f32(List.of(2L, 2L, 2L, 3L), weights))
            .constant("b", f32(List.of(2L), bias))
            .node(
                "Conv",
                "x w b",
                "y",
                integer("group", 2),
                list("pads", 1L, 2L, 0L, 0L),
                list("strides", 2L, 1L),
                list("dilations", 3L, 1L))
            .run("y")
            .getFirst()
            .doubles();
    assertArrayEquals(expected, found, 1e-5);
  }

  /** One element too many to share: SAME_UPPER puts it at the end, SAME_LOWER at the beginning. */
  @Test
  void oddPaddingGoesToOneSide() {
    assertEquals("f32[1,1,3](3.0, 5.0, 3.0)", padded("SAME_UPPER"));
    assertEquals("f32[1,1,3](1.0, 3.0, 5.0)", padded("SAME_LOWER"));
    assertEquals("f32[1,1,2](3.0, 5.0)", padded("VALID"));
  }

  private static String padded(String automatic) {
    return NormsModels.opset(22)
        .input("x", f32(List.of(1L, 1L, 3L), 1, 2, 3))
        .constant("w", f32(List.of(1L, 1L, 2L), 1, 1))
        .node("Conv", "x w", "y", text("auto_pad", automatic))
        .printed("y");
  }

  /** Two elements of three each, two apart, are 5 long; where nothing arrives there is 0. */
  @Test
  void askedForSizesOfTransposedConvolutions() {
    assertEquals("f32[1,1,5](1.0, 10.0, 102.0, 20.0, 200.0)", transposed(list("output_shape", 5L)));
    assertEquals("f32[1,1,3](10.0, 102.0, 20.0)", transposed(list("output_shape", 3L)));
    assertEquals(
        "f32[1,1,8](1.0, 10.0, 102.0, 20.0, 200.0, 0.0, 0.0, 0.0)",
        transposed(list("output_shape", 8L)));
    assertEquals("f32[1,1,4](10.0, 102.0, 20.0, 200.0)", transposed(list("output_shape", 4L)));
    assertEquals(
        "f32[1,1,4](1.0, 10.0, 102.0, 20.0)",
        transposed(list("output_shape", 4L), text("auto_pad", "SAME_UPPER")));
    assertEquals(
        "f32[1,1,5](10.0, 102.0, 20.0, 200.0, 0.0)",
        transposed(list("pads", 1L, 0L), list("output_padding", 1L)));
  }

  private static String transposed(AttributeProto attribute, AttributeProto... more) {
    var all = new AttributeProto[more.length + 2];
    System.arraycopy(more, 0, all, 0, more.length);
    all[more.length] = attribute;
    all[more.length + 1] = list("strides", 2L);
    return NormsModels.opset(11)
        .input("x", f32(List.of(1L, 1L, 2L), 1, 2))
        .constant("w", f32(List.of(1L, 1L, 3L), 1, 10, 100))
        .node("ConvTranspose", "x w", "y", all)
        .printed("y");
  }

  /** The number that padding stands for is the zero point: it adds nothing. */
  @Test
  void integersAreTakenFromTheirZeroPoints() {
    TensorType type = TensorType.of(ElementType.U8, 1, 1, 3);
    assertEquals(
        "i32[1,2,3](130, 132, -123, 0, -130, -2)",
        NormsModels.opset(10)
            .input("x", integers(type, 255, 127, 0))
            .constant("w", integers(TensorType.of(ElementType.I8, 2, 1, 2), 0, 0, -1, 0))
            .constant("xz", integers(TensorType.of(ElementType.U8), 125))
            .constant("wz", integers(TensorType.of(ElementType.I8, 2), -1, 0))
            .node("ConvInteger", "x w xz wz", "y", list("pads", 1L, 0L))
            .printed("y"));
  }

  @Test
  void stateIsTheEndOfWhatCameSoFar() {
    var results =
        NormsModels.opset(27)
            .input("x", f32(List.of(1L, 1L, 2L), 3, 4))
            .constant("w", f32(List.of(1L, 1L, 4L), 1000, 100, 10, 1))
            .constant("past", f32(List.of(1L, 1L, 3L), 7, 8, 9))
            .node("CausalConvWithState", "x w - past", "y state")
            .run("y state");
    assertEquals("f32[1,1,2](7893.0, 8934.0)", results.get(0).toLiteral().toString());
    assertEquals("f32[1,1,3](9.0, 3.0, 4.0)", results.get(1).toLiteral().toString());
  }

  /** Whole offsets take other elements, a half one their mean, and outside of the image is 0. */
  @Test
  void offsetsMoveTheEntriesOfAWindow() {
    double[] offset = {0, 1, 0.5, 0, 0, 0, 0, -1.5};
    // Channels: y and x of the only entry; positions 2 x 2.
    assertEquals(
        "f32[1,1,2,2](1.0, 4.0, 1.5, 1.5)",
        NormsModels.opset(19)
            .input("x", f32(List.of(1L, 1L, 2L, 2L), 1, 2, 3, 4))
            .constant("w", f32(List.of(1L, 1L, 1L, 1L), 1))
            .input("offset", f32(List.of(1L, 2L, 2L, 2L), offset))
            .constant("b", f32(List.of(1L), 0))
            .constant("mask", f32(List.of(1L, 1L, 2L, 2L), 1, 1, 1, 1))
            .node("DeformConv", "x w offset b mask", "y")
            .printed("y"));
  }

  /** Elements of blocks that meet in one place are added, those in the padding are lost. */
  @Test
  void columnsBecomeAnImageAgain() {
    assertEquals(
        "i64[1,1,3](6, 3, 6)",
        NormsModels.opset(18)
            .input("x", integers(TensorType.of(ElementType.I64, 1, 2, 4), 1, 2, 3, 6, 4, 0, 0, 9))
            .constant("image", integers(TensorType.of(ElementType.I64, 1), 3))
            .constant("block", integers(TensorType.of(ElementType.I64, 1), 2))
            .node("Col2Im", "x image block", "y", list("pads", 1L, 1L))
            .printed("y"));
  }

  @Test
  void attributesThatMakeNoWindowAreRefused() {
    refused("strides is [0], expected 1 numbers from 1 to", list("strides", 0L));
    refused("strides is [1, 1], expected 1 numbers", list("strides", 1L, 1L));
    refused("pads is [-1, 0], expected 2 numbers from 0 to", list("pads", -1L, 0L));
    refused("pads is [9223372036854775807, 0]", list("pads", Long.MAX_VALUE, 0L));
    refused("kernel_shape is [3], and the weights have [2]", list("kernel_shape", 3L));
    refused("auto_pad is 'SOME', expected NOTSET", text("auto_pad", "SOME"));
    refused("groups", integer("group", 0));
    refused("group", integer("group", 5));
  }

  private static void refused(String why, AttributeProto attribute) {
    String found =
        NormsModels.opset(22)
            .input("x", f32(List.of(1L, 1L, 3L), 1, 2, 3))
            .constant("w", f32(List.of(1L, 1L, 2L), 1, 1))
            .node("Conv", "x w", "y", attribute)
            .refusal("y");
    assertTrue(found.contains(why), found);
  }
}
