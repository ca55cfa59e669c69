package dev.miser.onnx.lower;

import static dev.miser.onnx.lower.NormsModels.f32;
import static dev.miser.onnx.lower.NormsModels.floats;
import static dev.miser.onnx.lower.NormsModels.integer;
import static dev.miser.onnx.lower.NormsModels.numbers;
import static dev.miser.onnx.lower.NormsModels.opset;
import static dev.miser.onnx.lower.NormsModels.scalar;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.eval.Tensor;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Fourier transforms against the sums that define them. */
class FourierTest {
  /** Returns the sum over x, [size, parts], with e^(-2 pi i place k / length), or its conjugate. */
  private static double[] sum(double[] x, int parts, int length, long k, boolean inverse) {
    double real = 0;
    double imaginary = 0;
    for (int place = 0; place < Math.min(x.length / parts, length); place++) {
      double angle = (inverse ? 2 : -2) * Math.PI * (place * k % length) / length;
      double a = x[place * parts];
      double b = parts == 2 ? x[place * parts + 1] : 0;
      real += a * Math.cos(angle) - b * Math.sin(angle);
      imaginary += a * Math.sin(angle) + b * Math.cos(angle);
    }
    return inverse
        ? new double[] {real / length, imaginary / length}
        : new double[] {real, imaginary};
  }

  @Test
  void allModesOfTheTransformOfAnAxis() {
    for (int mode = 0; mode < 24; mode++) {
      boolean inverse = mode % 2 == 1;
      boolean oneSided = !inverse && mode / 2 % 2 == 1;
      int parts = mode / 4 % 2 + 1;
      // Shorter than the axis, longer, and of its size.
      int length = List.of(4, 7, 5).get(mode / 8);
      double[] x = numbers(5 * parts, mode);
      Tensor y =
          opset(20)
              .input("x", f32(List.of(5L, 1L, (long) parts), x))
              .constant("length", scalar(length))
              .constant("axis", scalar(-3))
              .node(
                  "DFT",
                  "x length axis",
                  "y",
                  integer("inverse", inverse ? 1 : 0),
                  integer("onesided", oneSided ? 1 : 0))
              .run("y")
              .getFirst();
      int frequencies = oneSided ? length / 2 + 1 : length;
      assertEquals(TensorType.of(ElementType.F32, frequencies, 1, 2), y.type());
      for (int k = 0; k < frequencies; k++) {
        double[] expected = sum(x, parts, length, k, inverse);
        assertEquals(expected[0], y.doubles()[2 * k], 1e-5, "mode " + mode);
        assertEquals(expected[1], y.doubles()[2 * k + 1], 1e-5, "mode " + mode);
      }
    }
  }

  @Test
  void oldAxisIsAnAttributeAndTheSecondByDefault() {
    double[] x = {1, 2, 3, 4};
    List<Tensor> found =
        opset(17)
            .input("x", f32(List.of(2L, 2L, 1L), x))
            .node("DFT", "x", "a")
            .node("DFT", "x", "b", integer("axis", 0))
            .run("a b");
    assertEquals(3, found.get(0).doubles()[0]);
    assertEquals(-1, found.get(0).doubles()[2]);
    assertEquals(4, found.get(1).doubles()[0]);
    assertEquals(6, found.get(1).doubles()[2]);
  }

  /** A real signal comes back from half of its transform, of even and of odd length. */
  @Test
  void realSignalsComeBack() {
    for (int length = 6; length <= 7; length++) {
      double[] x = numbers(length, 3);
      double[] y =
          opset(20)
              .input("x", floats(TensorType.of(ElementType.F64, 1, length, 1), x))
              .constant("length", scalar(length))
              .node("DFT", "x", "h", integer("onesided", 1))
              .node("DFT", "h length", "y", integer("onesided", 1), integer("inverse", 1))
              .run("y")
              .getFirst()
              .doubles();
      assertEquals(length, y.length);
      for (int i = 0; i < length; i++) {
        assertEquals(x[i], y[i], 1e-12);
      }
    }
  }

  /** 2520 is 15 times 168, which is short enough. */
  @Test
  void longTransformsAreDivided() {
    int length = 2520;
    double[] x = numbers(2 * length - 20, 4);
    TensorType type = TensorType.of(ElementType.F64, 1, length - 10, 2);
    for (int inverse = 0; inverse <= 1; inverse++) {
      NormsModels model =
          opset(20)
              .input("x", floats(type, x))
              .constant("length", scalar(length))
              .node("DFT", "x length", "y", integer("inverse", inverse));
      double[] y = model.run("y").getFirst().doubles();
      assertEquals(2 * length, y.length);
      for (int k = 0; k < length; k += 7) {
        double[] expected = sum(x, 2, length, k, inverse == 1);
        assertEquals(expected[0], y[2 * k], 1e-9);
        assertEquals(expected[1], y[2 * k + 1], 1e-9);
      }
    }
  }

  @Test
  void longRealSignalsComeBack() {
    int length = 2100;
    double[] x = numbers(length, 5);
    double[] y =
        opset(20)
            .input("x", floats(TensorType.of(ElementType.F64, 1, length, 1), x))
            .node("DFT", "x", "h", integer("onesided", 1))
            .node("DFT", "h", "y", integer("onesided", 1), integer("inverse", 1))
            .run("y")
            .getFirst()
            .doubles();
    for (int i = 0; i < length; i++) {
      assertEquals(x[i], y[i], 1e-11);
    }
  }

  @Test
  void framesOfComplexSignalsThroughAWindow() {
    double[] x = numbers(2 * 11 * 2, 6);
    double[] window = {0.25, 1, 0.5, 2};
    Tensor y =
        opset(17)
            .input("x", f32(List.of(2L, 11L, 2L), x))
            .constant("step", scalar(3))
            .input("window", f32(List.of(4L), window))
            .node("STFT", "x step window", "y", integer("onesided", 0))
            .run("y")
            .getFirst();
    assertEquals(TensorType.of(ElementType.F32, 2, 3, 4, 2), y.type());
    for (int sample = 0; sample < 2; sample++) {
      for (int frame = 0; frame < 3; frame++) {
        double[] part = new double[8];
        for (int i = 0; i < 8; i++) {
          part[i] = x[sample * 22 + frame * 6 + i] * window[i / 2];
        }
        for (int k = 0; k < 4; k++) {
          double[] expected = sum(part, 2, 4, k, false);
          int at = ((sample * 3 + frame) * 4 + k) * 2;
          assertEquals(expected[0], y.doubles()[at], 1e-5);
          assertEquals(expected[1], y.doubles()[at + 1], 1e-5);
        }
      }
    }
  }

  @Test
  void refusesWhatIsNoSignal() {
    String why =
        opset(20)
            .input("x", f32(List.of(1L, 4L, 1L), 1, 2, 3, 4))
            .input("z", f32(List.of(1L, 1L, 4L), 1, 2, 3, 4))
            .constant("zero", scalar(0))
            .constant("two", scalar(2))
            .constant("huge", scalar(1L << 40))
            .constant("prime", scalar(1_000_003))
            .node("DFT", "z", "a")
            .node("DFT", "x zero", "b")
            .node("DFT", "x - two", "c")
            .node("DFT", "x prime", "long")
            .node("DFT", "long", "d")
            .node("STFT", "x zero - two", "e")
            .node("STFT", "x two - huge", "f")
            .node("STFT", "x two", "g")
            .node("STFT", "x two x", "h")
            .node("DFT", "x huge", "i")
            .refusal("a b c d e f g h i");
    assertEquals(9, why.lines().filter(line -> line.contains("[onnx.node]")).count(), why);
    assertTrue(why.contains("a transform of length 1000003 takes a matrix"), why);
  }
}
