package dev.miser.onnx.lower;

import static dev.miser.onnx.lower.NormsModels.f32;
import static dev.miser.onnx.lower.NormsModels.integer;
import static dev.miser.onnx.lower.NormsModels.opset;
import static dev.miser.onnx.lower.NormsModels.scalar;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.miser.ir.eval.Tensor;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Windows and mel bands. */
class WindowingTest {
  @Test
  void periodicAndSymmetricWindows() {
    List<Tensor> found =
        opset(17)
            .constant("n", scalar(4))
            .constant("m", scalar(5))
            .constant("one", scalar(1))
            .node("HannWindow", "n", "a")
            .node("HannWindow", "m", "b", integer("periodic", 0))
            .node("HammingWindow", "n", "c", integer("output_datatype", 11))
            .node("BlackmanWindow", "n", "d")
            .node("HannWindow", "one", "e", integer("periodic", 0))
            .run("a b c d e");
    assertArrayEquals(new double[] {0, 0.5, 1, 0.5}, found.get(0).doubles(), 1e-7);
    assertArrayEquals(new double[] {0, 0.5, 1, 0.5, 0}, found.get(1).doubles(), 1e-7);
    assertEquals(TensorType.of(ElementType.F64, 4), found.get(2).type());
    double[] hamming = {4.0 / 46, 25.0 / 46, 1, 25.0 / 46};
    assertArrayEquals(hamming, found.get(2).doubles(), 1e-15);
    assertArrayEquals(new double[] {0, 0.34, 1, 0.34}, found.get(3).doubles(), 1e-7);
    assertArrayEquals(new double[] {1}, found.get(4).doubles());
  }

  /**
   * Bands 2, length 16, rate 8192, 0 to 4096 Hz: 2595 log10(1 + 4096 / 700) = 2169.6 mel, a quarter
   * of which is 542.4: edges at 0, 432.7, 1132.9, 2265.8 Hz, times 17 / 8192 rounded down 0, 0, 2,
   * 4.
   */
  @Test
  void bandsAreTriangles() {
    Tensor y =
        opset(17)
            .constant("bands", scalar(2))
            .constant("length", scalar(16))
            .constant("rate", scalar(8192))
            .constant("low", f32(List.of(), 0))
            .constant("high", f32(List.of(), 4096))
            .node("MelWeightMatrix", "bands length rate low high", "y")
            .run("y")
            .getFirst();
    assertEquals(TensorType.of(ElementType.F32, 9, 2), y.type());
    double[] expected = new double[18];
    expected[0] = 1;
    expected[2] = 0.5;
    expected[3] = 0.5;
    expected[5] = 1;
    expected[7] = 0.5;
    assertArrayEquals(expected, y.doubles(), 1e-6);
  }

  @Test
  void refusesSizesThatAreNone() {
    String why =
        opset(17)
            .constant("minus", scalar(-4))
            .constant("huge", scalar(1L << 60))
            .constant("low", f32(List.of(), 0))
            .input("n", scalar(4))
            .node("HannWindow", "minus", "a")
            .node("HannWindow", "huge", "b")
            .node("HannWindow", "n", "c")
            .node("MelWeightMatrix", "huge huge huge low low", "d")
            .refusal("a b c d");
    assertEquals(4, why.lines().filter(line -> line.contains("[onnx.node]")).count(), why);
  }
}
