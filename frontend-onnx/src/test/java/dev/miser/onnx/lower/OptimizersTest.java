package dev.miser.onnx.lower;

import static dev.miser.onnx.lower.NormsModels.f32;
import static dev.miser.onnx.lower.NormsModels.number;
import static dev.miser.onnx.lower.NormsModels.opset;
import static dev.miser.onnx.lower.NormsModels.scalar;
import static dev.miser.onnx.lower.NormsModels.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.eval.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** First and later steps of optimizers, by their formulas. */
class OptimizersTest {
  private static final String SET = "ai.onnx.preview.training::";
  private static final double EXACT = 1e-5;

  /** Two tensors x, their gradients g, and states v and h of one element each. */
  private static NormsModels at(long step) {
    NormsModels model = opset(15).input("r", f32(List.of(), 0.1)).input("t", scalar(step));
    String[] names = {"x1", "x2", "g1", "g2", "v1", "v2", "h1", "h2"};
    double[] numbers = {1, -2, 0.5, 0.25, 3, 4, 0.75, 1.5};
    for (int i = 0; i < names.length; i++) {
      model.input(names[i], f32(List.of(1L), numbers[i]));
    }
    return model;
  }

  @Test
  void adamCorrectsItsBiasAfterTheFirstStep() {
    for (int step = 0; step <= 3; step += 3) {
      List<Tensor> found =
          at(step)
              .node(
                  SET + "Adam",
                  "r t x1 x2 g1 g2 v1 v2 h1 h2",
                  "a b c d e f",
                  number("alpha", 0.5),
                  number("beta", 0.25),
                  number("epsilon", 0.5),
                  number("norm_coefficient", 2),
                  number("norm_coefficient_post", 0.125))
              .run("a b c d e f");
      double[][] of = {{1, 0.5, 3, 0.75}, {-2, 0.25, 4, 1.5}};
      for (int i = 0; i < 2; i++) {
        double g = of[i][1] + 2 * of[i][0];
        double v = 0.5 * of[i][2] + 0.5 * g;
        double h = 0.25 * of[i][3] + 0.75 * g * g;
        double r =
            step == 0 ? 0.1 : 0.1 * Math.sqrt(1 - Math.pow(0.25, 3)) / (1 - Math.pow(0.5, 3));
        double x = (of[i][0] - r * v / (Math.sqrt(h) + 0.5)) * 0.875;
        assertEquals(x, found.get(i).doubles()[0], EXACT);
        assertEquals(v, found.get(2 + i).doubles()[0], EXACT);
        assertEquals(h, found.get(4 + i).doubles()[0], EXACT);
      }
    }
  }

  @Test
  void nesterovLooksAheadAndTheFirstStepTakesTheWholeGradient() {
    for (int step = 0; step <= 1; step++) {
      List<Tensor> found =
          at(step)
              .node(
                  SET + "Momentum",
                  "r t x1 g1 v1",
                  "a b",
                  number("alpha", 0.5),
                  number("beta", 0.25),
                  number("norm_coefficient", 0),
                  text("mode", "nesterov"))
              .run("a b");
      double v = 0.5 * 3 + (step == 0 ? 1 : 0.25) * 0.5;
      assertEquals(1 - 0.1 * (0.5 + 0.5 * v), found.get(0).doubles()[0], EXACT);
      assertEquals(v, found.get(1).doubles()[0], EXACT);
    }
  }

  @Test
  void adagradSlowsDown() {
    List<Tensor> found =
        at(4)
            .node(
                SET + "Adagrad",
                "r t x1 g1 h1",
                "a b",
                number("decay_factor", 0.5),
                number("epsilon", 0.25))
            .run("a b");
    assertEquals(1 - 0.1 / 3 * 0.5 / (1 + 0.25), found.get(0).doubles()[0], EXACT);
    assertEquals(1, found.get(1).doubles()[0], EXACT);
  }

  @Test
  void refusesTensorsWithoutGradients() {
    String why =
        at(0)
            .node(SET + "Adam", "r t x1 x2 g1 g2 v1", "a b")
            .node(SET + "Momentum", "r t x1 g1 v1", "c d", number("alpha", 1))
            .node(SET + "Gradient", "x1", "e")
            .refusal("a b c d e");
    assertTrue(why.contains("there are 5 inputs, expected 4 for each tensor"), why);
    assertTrue(why.contains("attribute 'beta' is missing"), why);
    assertTrue(
        why.contains("there is no meaning for operator ai.onnx.preview.training::Gradient"), why);
  }
}
