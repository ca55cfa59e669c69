package dev.miser.onnx.lower;

import static dev.miser.onnx.lower.NormsModels.f32;
import static dev.miser.onnx.lower.NormsModels.floats;
import static dev.miser.onnx.lower.NormsModels.integer;
import static dev.miser.onnx.lower.NormsModels.integers;
import static dev.miser.onnx.lower.NormsModels.list;
import static dev.miser.onnx.lower.NormsModels.number;
import static dev.miser.onnx.lower.NormsModels.opset;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.eval.Tensor;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The distribution of random numbers, and on what they depend. */
class RandomNumbersTest {
  private static final int COUNT = 5000;

  private static double mean(double[] x) {
    return Arrays.stream(x).average().orElseThrow();
  }

  @Test
  void uniformNumbersLieBetweenTheirBounds() {
    Tensor y =
        opset(22)
            .node(
                "RandomUniform",
                "-",
                "y",
                list("shape", (long) COUNT),
                number("low", -2),
                number("high", 6),
                integer("dtype", 11))
            .run("y")
            .getFirst();
    assertEquals(TensorType.of(ElementType.F64, COUNT), y.type());
    assertEquals(2, mean(y.doubles()), 0.2);
    assertTrue(Arrays.stream(y.doubles()).allMatch(x -> x >= -2 && x < 6));
  }

  @Test
  void normalNumbersHaveTheirMeanAndDeviation() {
    double[] y =
        opset(22)
            .input("x", f32(List.of((long) COUNT), new double[COUNT]))
            .node("RandomNormalLike", "x", "y", number("mean", 3), number("scale", 2))
            .run("y")
            .getFirst()
            .doubles();
    assertEquals(3, mean(y), 0.15);
    assertEquals(4, mean(Arrays.stream(y).map(x -> (x - 3) * (x - 3)).toArray()), 0.3);
  }

  @Test
  void seedsDecideAndElseThePlaceAmongNodes() {
    List<Tensor> found =
        opset(22)
            .node("RandomNormal", "-", "a", list("shape", 8L), number("seed", 1))
            .node("RandomNormal", "-", "b", list("shape", 8L), number("seed", 1))
            .node("RandomNormal", "-", "c", list("shape", 8L), number("seed", 2))
            .node("RandomNormal", "-", "d", list("shape", 8L))
            .node("RandomNormal", "-", "e", list("shape", 8L))
            .run("a b c d e");
    assertEquals(found.get(0), found.get(1));
    for (int i = 1; i < 5; i++) {
      for (int j = i + 1; j < 5; j++) {
        assertFalse(Arrays.equals(found.get(i).doubles(), found.get(j).doubles()));
      }
    }
  }

  private static NormsModels dropout(double ratio) {
    double[] ones = new double[COUNT];
    Arrays.fill(ones, 1);
    return opset(22)
        .input("x", f32(List.of((long) COUNT), ones))
        .constant("ratio", f32(List.of(), ratio));
  }

  @Test
  void whatRemainsInTrainingIsScaledUp() {
    List<Tensor> found =
        dropout(0.75)
            .constant("training", integers(TensorType.of(ElementType.BOOL), 1))
            .node("Dropout", "x ratio training", "y mask", integer("seed", 5))
            .run("y mask");
    double[] y = found.get(0).doubles();
    for (int i = 0; i < COUNT; i++) {
      assertEquals(found.get(1).longs()[i] == 1 ? 4 : 0, y[i]);
    }
    assertEquals(1, mean(y), 0.15);
  }

  @Test
  void trainingMayBeDecidedAtEachStep() {
    for (long training = 0; training <= 1; training++) {
      double[] y =
          dropout(0.75)
              .input("training", integers(TensorType.of(ElementType.BOOL), training))
              .node("Dropout", "x ratio training", "y")
              .run("y")
              .getFirst()
              .doubles();
      boolean anyZero = Arrays.stream(y).anyMatch(x -> x == 0);
      assertEquals(training == 1, anyZero);
    }
  }

  @Test
  void ratiosAreShares() {
    String why =
        dropout(1.5)
            .constant("training", integers(TensorType.of(ElementType.BOOL), 1))
            .node("Dropout", "x ratio training", "y")
            .refusal("y");
    assertTrue(why.contains("ratio is 1.5, expected one from 0 to 1"), why);
  }

  @Test
  void oldMasksHaveTheTypeOfTheirInput() {
    List<Tensor> found =
        opset(7).input("x", f32(List.of(2L), 1, 2)).node("Dropout", "x", "y mask").run("y mask");
    assertArrayEquals(new double[] {1, 2}, found.get(0).doubles());
    assertArrayEquals(new double[] {1, 1}, found.get(1).doubles());
  }

  @Test
  void oldestDropoutTrainsUnlessToldToTest() {
    List<Tensor> found =
        opset(6)
            .input("x", floats(TensorType.of(ElementType.F32, 64), new double[64]))
            .node("Dropout", "x", "y m")
            .node("Dropout", "x", "z n", integer("is_test", 1))
            .run("m n");
    assertTrue(mean(found.get(0).doubles()) < 0.9);
    assertEquals(1, mean(found.get(1).doubles()));
  }

  @Test
  void coinsFallAsTheirProbabilitySays() {
    double[] probabilities = new double[COUNT];
    for (int i = 0; i < COUNT; i++) {
      probabilities[i] = i % 4 * 0.25 + (i % 4 == 3 ? 0.25 : 0);
    }
    long[] y =
        opset(22)
            .input("x", f32(List.of((long) COUNT), probabilities))
            .node("Bernoulli", "x", "y", integer("dtype", 6))
            .run("y")
            .getFirst()
            .longs();
    int[] ones = new int[4];
    for (int i = 0; i < COUNT; i++) {
      ones[i % 4] += (int) y[i];
    }
    assertEquals(0, ones[0]);
    assertEquals(COUNT / 16.0, ones[1], 60);
    assertEquals(COUNT / 8.0, ones[2], 60);
    assertEquals(COUNT / 4, ones[3]);
  }

  @Test
  void classesAreDrawnByTheirLogarithms() {
    Tensor y =
        opset(22)
            .input("x", f32(List.of(2L, 3L), Math.log(6), Math.log(3), Math.log(1), -100, 0, -100))
            .node("Multinomial", "x", "y", integer("sample_size", COUNT), integer("dtype", 7))
            .run("y")
            .getFirst();
    assertEquals(TensorType.of(ElementType.I64, 2, COUNT), y.type());
    int[] found = new int[3];
    for (int i = 0; i < COUNT; i++) {
      found[(int) y.longs()[i]]++;
      assertEquals(1, y.longs()[COUNT + i]);
    }
    assertEquals(0.6, (double) found[0] / COUNT, 0.03);
    assertEquals(0.3, (double) found[1] / COUNT, 0.03);
    assertEquals(0.1, (double) found[2] / COUNT, 0.03);
  }
}
