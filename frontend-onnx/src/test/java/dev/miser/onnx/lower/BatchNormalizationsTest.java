package dev.miser.onnx.lower;

import static dev.miser.onnx.lower.NormsModels.f32;
import static dev.miser.onnx.lower.NormsModels.floats;
import static dev.miser.onnx.lower.NormsModels.integer;
import static dev.miser.onnx.lower.NormsModels.number;
import static dev.miser.onnx.lower.NormsModels.opset;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.miser.ir.eval.Tensor;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What decides between the versions of batch normalization. */
class BatchNormalizationsTest {
  private static final double EXACT = 1e-5;

  /** One channel: 1, 3 with mean 2 and variance 1. */
  private static NormsModels oneChannel(long version) {
    return opset(version)
        .input("x", f32(List.of(2L, 1L, 1L), 1, 3))
        .constant("scale", f32(List.of(1L), 2))
        .constant("bias", f32(List.of(1L), 10))
        .constant("mean", f32(List.of(1L), 0))
        .constant("var", f32(List.of(1L), 4));
  }

  @Test
  void sevenToThirteenTrainIfFurtherOutputsAreWanted() {
    List<Tensor> outputs =
        oneChannel(9)
            .node(
                "BatchNormalization",
                "x scale bias mean var",
                "y m v sm sv",
                number("epsilon", 0),
                number("momentum", 0.75))
            .run("y m v sm sv");
    assertArrayEquals(new double[] {8, 12}, outputs.get(0).doubles(), EXACT);
    assertEquals(0.5, outputs.get(1).doubles()[0], EXACT);
    assertEquals(3.25, outputs.get(2).doubles()[0], EXACT);
    assertEquals(2, outputs.get(3).doubles()[0], EXACT);
    assertEquals(1, outputs.get(4).doubles()[0], EXACT);
  }

  @Test
  void sevenToThirteenTestIfOnlyTheFirstIs() {
    double[] y =
        oneChannel(9)
            .node("BatchNormalization", "x scale bias mean var", "y", number("epsilon", 0))
            .run("y")
            .getFirst()
            .doubles();
    assertArrayEquals(new double[] {11, 13}, y, EXACT);
  }

  @Test
  void oldestTrainUnlessAnAttributeSaysTest() {
    for (int isTest = 0; isTest <= 1; isTest++) {
      double[] y =
          oneChannel(6)
              .node(
                  "BatchNormalization",
                  "x scale bias mean var",
                  "y",
                  number("epsilon", 0),
                  integer("is_test", isTest))
              .run("y")
              .getFirst()
              .doubles();
      double[] expected = isTest == 1 ? new double[] {11, 13} : new double[] {8, 12};
      assertArrayEquals(expected, y, EXACT);
    }
  }

  @Test
  void statisticsOfEachPlace() {
    double[] y =
        opset(7)
            .input("x", f32(List.of(1L, 1L, 2L), 1, 3))
            .constant("scale", f32(List.of(1L, 2L), 1, 2))
            .constant("bias", f32(List.of(1L, 2L), 0, 10))
            .constant("mean", f32(List.of(1L, 2L), 1, 2))
            .constant("var", f32(List.of(1L, 2L), 1, 0.25))
            .node(
                "BatchNormalization",
                "x scale bias mean var",
                "y",
                number("epsilon", 0),
                integer("spatial", 0))
            .run("y")
            .getFirst()
            .doubles();
    assertArrayEquals(new double[] {0, 14}, y, EXACT);
  }

  @Test
  void statisticsOfAWiderType() {
    List<Tensor> outputs =
        opset(15)
            .input("x", floats(TensorType.of(ElementType.F16, 2, 1), 1, 3))
            .constant("scale", f32(List.of(1L), 2))
            .constant("bias", f32(List.of(1L), 10))
            .constant("mean", f32(List.of(1L), 0))
            .constant("var", f32(List.of(1L), 4))
            .node(
                "BatchNormalization",
                "x scale bias mean var",
                "y m v",
                integer("training_mode", 1),
                number("epsilon", 0))
            .run("y m v");
    assertEquals(TensorType.of(ElementType.F16, 2, 1), outputs.get(0).type());
    assertArrayEquals(new double[] {8, 12}, outputs.get(0).doubles(), EXACT);
    assertEquals(TensorType.of(ElementType.F32, 1), outputs.get(1).type());
    assertEquals(0.2, outputs.get(1).doubles()[0], EXACT);
    assertEquals(3.7, outputs.get(2).doubles()[0], EXACT);
  }

  @Test
  void aVectorHasOneChannel() {
    double[] y =
        opset(15)
            .input("x", f32(List.of(2L), 1, 3))
            .constant("one", f32(List.of(1L), 1))
            .node("BatchNormalization", "x one one one one", "y", number("epsilon", 0))
            .run("y")
            .getFirst()
            .doubles();
    assertArrayEquals(new double[] {1, 3}, y, EXACT);
  }
}
