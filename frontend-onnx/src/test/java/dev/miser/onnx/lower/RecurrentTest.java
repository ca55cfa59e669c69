package dev.miser.onnx.lower;

import static dev.miser.onnx.lower.NormsModels.f32;
import static dev.miser.onnx.lower.NormsModels.integer;
import static dev.miser.onnx.lower.NormsModels.number;
import static dev.miser.onnx.lower.NormsModels.numbers;
import static dev.miser.onnx.lower.NormsModels.opset;
import static dev.miser.onnx.lower.NormsModels.text;
import static dev.miser.onnx.lower.RecurrentModels.numberList;
import static dev.miser.onnx.lower.RecurrentModels.tensor;
import static dev.miser.onnx.lower.RecurrentModels.texts;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.frontend.weights.Tensor;
import dev.miser.ir.op.Dot;
import dev.miser.ir.type.ElementType;
import dev.miser.onnx.ImportedModel;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Recurrent layers against plain loops: directions, ends of sequences, layouts, functions. */
class RecurrentTest {
  private static final double EXACT = 1e-5;
  private static final int STEPS = 4;
  private static final int BATCH = 2;
  private static final int WIDTH = 3;
  private static final int HIDDEN = 2;
  private static final long[] LENGTHS = {4, 2};

  /** The numbers of a layer, both directions one after the other. */
  private static final class Layer {
    final int gates;
    final double[] w;
    final double[] r;
    final double[] b;

    Layer(int gates) {
      this.gates = gates;
      this.w = numbers(2 * gates * HIDDEN * WIDTH, 3);
      this.r = numbers(2 * gates * HIDDEN * HIDDEN, 4);
      this.b = numbers(2 * 2 * gates * HIDDEN, 5);
    }

    /** Returns what the input, the state and their biases give for one row of the weights. */
    double sum(int d, int row, double[] x, double[] h) {
      return ofInput(d, row, x) + ofState(d, row, h);
    }

    double ofInput(int d, int row, double[] x) {
      double sum = b[d * 2 * gates * HIDDEN + row];
      for (int i = 0; i < WIDTH; i++) {
        sum += w[(d * gates * HIDDEN + row) * WIDTH + i] * x[i];
      }
      return sum;
    }

    double ofState(int d, int row, double[] h) {
      double sum = b[d * 2 * gates * HIDDEN + gates * HIDDEN + row];
      for (int i = 0; i < HIDDEN; i++) {
        sum += r[(d * gates * HIDDEN + row) * HIDDEN + i] * h[i];
      }
      return sum;
    }
  }

  /** One step of one sequence: changes the state. */
  private interface Cell {
    void step(int direction, double[] x, double[] h, double[] c);
  }

  /** What all outputs must be: y [steps, directions, batch, hidden], h and c. */
  private static final class Expected {
    final double[] y = new double[STEPS * 2 * BATCH * HIDDEN];
    final double[] h = new double[2 * BATCH * HIDDEN];
    final double[] c = new double[2 * BATCH * HIDDEN];
  }

  private static final double[] X = numbers(STEPS * BATCH * WIDTH, 0);
  private static final double[] H = numbers(2 * BATCH * HIDDEN, 1);
  private static final double[] C = numbers(2 * BATCH * HIDDEN, 2);

  private static Expected expected(Cell cell) {
    var all = new Expected();
    for (int d = 0; d < 2; d++) {
      for (int b = 0; b < BATCH; b++) {
        int at = (d * BATCH + b) * HIDDEN;
        double[] h = {H[at], H[at + 1]};
        double[] c = {C[at], C[at + 1]};
        for (int i = 0; i < LENGTHS[b]; i++) {
          int t = d == 0 ? i : (int) LENGTHS[b] - 1 - i;
          double[] x = new double[WIDTH];
          System.arraycopy(X, (t * BATCH + b) * WIDTH, x, 0, WIDTH);
          cell.step(d, x, h, c);
          System.arraycopy(h, 0, all.y, ((t * 2 + d) * BATCH + b) * HIDDEN, HIDDEN);
        }
        System.arraycopy(h, 0, all.h, at, HIDDEN);
        System.arraycopy(c, 0, all.c, at, HIDDEN);
      }
    }
    return all;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static double clipped(double x) {
    return Math.clamp(x, -0.5, 0.5);
  }

  /** Swaps the first two axes of [first, second, HIDDEN or WIDTH ...]. */
  private static double[] swapped(double[] x, int first, int second, int rest) {
    double[] swapped = new double[x.length];
    for (int i = 0; i < first; i++) {
      for (int j = 0; j < second; j++) {
        System.arraycopy(x, (i * second + j) * rest, swapped, (j * first + i) * rest, rest);
      }
    }
    return swapped;
  }

  private static NormsModels model(
      Layer layer, boolean lengthsAreKnown, boolean batchFirst, boolean hasCell) {
    long rows = (long) layer.gates * HIDDEN;
    Tensor lengths = tensor(ElementType.I32, List.of(2L), LENGTHS);
    List<Long> dims = batchFirst ? List.of(2L, 4L, 3L) : List.of(4L, 2L, 3L);
    var model =
        opset(14)
            .input("x", f32(dims, batchFirst ? swapped(X, STEPS, BATCH, WIDTH) : X))
            .constant("w", f32(List.of(2L, rows, 3L), layer.w))
            .constant("r", f32(List.of(2L, rows, 2L), layer.r))
            .constant("b", f32(List.of(2L, 2 * rows), layer.b))
            .input("h", state(H, batchFirst));
    model = lengthsAreKnown ? model.constant("n", lengths) : model.input("n", lengths);
    return hasCell ? model.input("c", state(C, batchFirst)) : model;
  }

  private static Tensor state(double[] state, boolean batchFirst) {
    return f32(List.of(2L, 2L, 2L), batchFirst ? swapped(state, 2, BATCH, HIDDEN) : state);
  }

  private static void check(
      Expected expected, List<dev.miser.ir.eval.Tensor> found, boolean batchFirst) {
    double[] y = expected.y;
    assertArrayEquals(
        batchFirst ? swapped(swappedInner(y), STEPS, BATCH, 2 * HIDDEN) : y,
        found.get(0).doubles(),
        EXACT);
    assertArrayEquals(
        batchFirst ? swapped(expected.h, 2, BATCH, HIDDEN) : expected.h,
        found.get(1).doubles(),
        EXACT);
    if (found.size() > 2) {
      assertArrayEquals(
          batchFirst ? swapped(expected.c, 2, BATCH, HIDDEN) : expected.c,
          found.get(2).doubles(),
          EXACT);
    }
  }

  /** Turns [steps, directions, batch, hidden] into [steps, batch, directions, hidden]. */
  private static double[] swappedInner(double[] y) {
    double[] all = new double[y.length];
    int size = 2 * BATCH * HIDDEN;
    for (int t = 0; t < STEPS; t++) {
      double[] step = new double[size];
      System.arraycopy(y, t * size, step, 0, size);
      System.arraycopy(swapped(step, 2, BATCH, HIDDEN), 0, all, t * size, size);
    }
    return all;
  }

  @ParameterizedTest
  @CsvSource({"true,true,false", "false,false,true", "false,true,true", "true,false,false"})
  void memoryWithPeepholesInBothDirections(
      boolean lengthsAreKnown, boolean batchFirst, boolean coupled) {
    Layer layer = new Layer(4);
    double[] p = numbers(2 * 3 * HIDDEN, 7);
    Expected expected =
        expected((d, x, h, c) -> {
          double[] before = h.clone();
          for (int k = 0; k < HIDDEN; k++) {
            int at = d * 3 * HIDDEN + k;
            double i = sigmoid(clipped(layer.sum(d, k, x, before) + p[at] * c[k]));
            double f =
                coupled
                    ? 1 - i
                    : sigmoid(
                        clipped(
                            layer.sum(d, 2 * HIDDEN + k, x, before) + p[at + 2 * HIDDEN] * c[k]));
            double fresh = Math.tanh(clipped(layer.sum(d, 3 * HIDDEN + k, x, before)));
            c[k] = f * c[k] + i * fresh;
            double o =
                sigmoid(clipped(layer.sum(d, HIDDEN + k, x, before) + p[at + HIDDEN] * c[k]));
            h[k] = o * Math.tanh(clipped(c[k]));
          }
        });
    List<dev.miser.ir.eval.Tensor> found =
        model(layer, lengthsAreKnown, batchFirst, true)
            .constant("p", f32(List.of(2L, 6L), p))
            .node(
                "LSTM",
                "x w r b n h c p",
                "y yh yc",
                text("direction", "bidirectional"),
                integer("hidden_size", HIDDEN),
                integer("layout", batchFirst ? 1 : 0),
                integer("input_forget", coupled ? 1 : 0),
                number("clip", 0.5))
            .run("y yh yc");
    check(expected, found, batchFirst);
  }

  @ParameterizedTest
  @CsvSource({"true,true,false", "false,false,true", "false,true,true", "true,false,false"})
  void gatedUnitsResetBeforeOrBehindTheProduct(
      boolean lengthsAreKnown, boolean batchFirst, boolean behind) {
    Layer layer = new Layer(3);
    Expected expected =
        expected((d, x, h, c) -> {
          double[] before = h.clone();
          double[] r = new double[HIDDEN];
          double[] kept = new double[HIDDEN];
          for (int k = 0; k < HIDDEN; k++) {
            r[k] = sigmoid(layer.sum(d, HIDDEN + k, x, before));
            kept[k] = r[k] * before[k];
          }
          for (int k = 0; k < HIDDEN; k++) {
            double z = sigmoid(layer.sum(d, k, x, before));
            int row = 2 * HIDDEN + k;
            double fresh =
                behind
                    ? Math.tanh(layer.ofInput(d, row, x) + r[k] * layer.ofState(d, row, before))
                    : Math.tanh(layer.ofInput(d, row, x) + layer.ofState(d, row, kept));
            h[k] = (1 - z) * fresh + z * before[k];
          }
        });
    List<dev.miser.ir.eval.Tensor> found =
        model(layer, lengthsAreKnown, batchFirst, false)
            .node(
                "GRU",
                "x w r b n h",
                "y yh",
                text("direction", "bidirectional"),
                integer("layout", batchFirst ? 1 : 0),
                integer("linear_before_reset", behind ? 1 : 0))
            .run("y yh");
    check(expected, found, batchFirst);
  }

  @Test
  void directionsHaveFunctionsOfTheirOwn() {
    Layer layer = new Layer(1);
    Expected expected =
        expected((d, x, h, c) -> {
          double[] before = h.clone();
          for (int k = 0; k < HIDDEN; k++) {
            double sum = layer.sum(d, k, x, before);
            h[k] = d == 0 ? 2 * Math.tanh(0.75 * sum) : sum < 0 ? 0.25 * sum : sum;
          }
        });
    List<dev.miser.ir.eval.Tensor> found =
        model(layer, false, false, false)
            .node(
                "RNN",
                "x w r b n h",
                "y yh",
                text("direction", "bidirectional"),
                texts("activations", "ScaledTanh", "LeakyRelu"),
                numberList("activation_alpha", 2.0, 0.25),
                numberList("activation_beta", 0.75))
            .run("y yh");
    check(expected, found, false);
  }

  @Test
  void everyFunctionIsWhatItsNameSays() {
    checkFunction("Relu", x -> Math.max(x, 0));
    checkFunction("Tanh", Math::tanh);
    checkFunction("Sigmoid", RecurrentTest::sigmoid);
    checkFunction("Softsign", x -> x / (1 + Math.abs(x)));
    checkFunction("Softplus", x -> Math.log(1 + Math.exp(x)));
    checkFunction("Affine", x -> x);
    checkFunction("LeakyRelu", x -> x < 0 ? 0.01 * x : x);
    checkFunction("ThresholdedRelu", x -> x >= 1 ? x : 0);
    checkFunction("Elu", x -> x < 0 ? Math.exp(x) - 1 : x);
    checkFunction("HardSigmoid", x -> Math.clamp(0.2 * x + 0.5, 0, 1));
  }

  private static void checkFunction(String name, DoubleUnaryOperator function) {
    double[] x = {-3, -0.5, 0.25, 1, 4};
    double[] y =
        opset(7)
            .input("x", f32(List.of(1L, 5L, 1L), x))
            .constant("w", f32(List.of(1L, 1L, 1L), 1))
            .constant("r", f32(List.of(1L, 1L, 1L), 0))
            .node("RNN", "x w r", "- y", texts("activations", name))
            .run("y")
            .getFirst()
            .doubles();
    for (int i = 0; i < x.length; i++) {
      assertEquals(function.applyAsDouble(x[i]), y[i], EXACT, name + " of " + x[i]);
    }
  }

  /** Of a zero state nothing is multiplied: so of 16 steps 15 read the state. */
  @Test
  void theInputOfAllStepsIsOneProduct() {
    ImportedModel imported =
        opset(14)
            .input("x", f32(List.of(16L, 1L, 3L), numbers(48, 0)))
            .constant("w", f32(List.of(1L, 8L, 3L), numbers(24, 1)))
            .constant("r", f32(List.of(1L, 8L, 2L), numbers(16, 2)))
            .node("LSTM", "x w r", "y - c", text("direction", "reverse"))
            .imported("y c");
    long dots = imported.function().body().stream().filter(i -> i.op() instanceof Dot).count();
    assertEquals(16, dots);
    assertTrue(imported.function().body().size() < 16 * 18, "few instructions a step");
  }

  @Test
  void whatDoesNotFitIsSaid() {
    var model =
        opset(14)
            .input("x", f32(List.of(1L, 1L, 1L), 1))
            .constant("w", f32(List.of(1L, 1L, 1L), 1))
            .constant("r", f32(List.of(1L, 1L, 1L), 1))
            .node("RNN", "x w r", "a", texts("activations", "Tanh", "Tanh"))
            .node("RNN", "x w r", "b", texts("activations", "Cosine"))
            .node("RNN", "x w r", "c", text("direction", "bidirectional"))
            .node("RNN", "x w r", "d", text("direction", "backward"))
            .node("RNN", "x w r", "e", integer("hidden_size", 7));
    model =
        model
            .constant("dims", tensor(ElementType.I64, List.of(3L), 1L << 39, 1, 1))
            .constant("n", tensor(ElementType.I32, List.of(1L), 0))
            .node("ConstantOfShape", "dims", "huge")
            .node("RNN", "huge w r - n", "f");
    String refusal = model.refusal("a b c d e f");
    assertTrue(refusal.contains("at most 100000 steps are unrolled"), refusal);
    assertTrue(refusal.contains("expected 1 for each of 1 directions"), refusal);
    assertTrue(refusal.contains("activation 'Cosine' is not known"), refusal);
    assertTrue(refusal.contains("W is f32[1,1,1], expected shape [2,1,1]"), refusal);
    assertTrue(refusal.contains("direction is 'backward'"), refusal);
    assertTrue(refusal.contains("hidden_size is 7"), refusal);
  }
}
