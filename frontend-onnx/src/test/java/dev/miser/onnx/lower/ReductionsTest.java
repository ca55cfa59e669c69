package dev.miser.onnx.lower;

import static dev.miser.onnx.lower.NormsModels.f32;
import static dev.miser.onnx.lower.NormsModels.floats;
import static dev.miser.onnx.lower.NormsModels.integer;
import static dev.miser.onnx.lower.NormsModels.integers;
import static dev.miser.onnx.lower.NormsModels.list;
import static dev.miser.onnx.lower.NormsModels.opset;
import static dev.miser.onnx.lower.NormsModels.scalar;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.eval.Tensor;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reductions of integers, of nothing, over no axes, and of numbers that overflow on the way. */
class ReductionsTest {
  private static Tensor of(String operator, dev.miser.frontend.weights.Tensor x) {
    return opset(20).input("x", x).node(operator, "x", "y").run("y").getFirst();
  }

  @Test
  void theMeanOfIntegersIsTowardZeroAndDoesNotOverflow() {
    TensorType type = TensorType.of(ElementType.I32, 3);
    assertEquals(-1, of("ReduceMean", integers(type, -1, -1, -3)).longs()[0]);
    long most = Integer.MAX_VALUE;
    assertEquals(most, of("ReduceMean", integers(type, most, most, most)).longs()[0]);
  }

  @Test
  void functionsOfIntegersAreCutToIntegers() {
    TensorType type = TensorType.of(ElementType.I32, 2);
    assertEquals(2, of("ReduceL2", integers(type, 2, 2)).longs()[0]);
    assertEquals(3, of("ReduceLogSum", integers(type, 10, 11)).longs()[0]);
    assertEquals(7, of("ReduceL1", integers(type, 3, -4)).longs()[0]);
    assertEquals(25, of("ReduceSumSquare", integers(type, 3, -4)).longs()[0]);
  }

  @Test
  void extremesOfNothingAreTheEndsOfTheType() {
    for (ElementType element : List.of(ElementType.I8, ElementType.U16, ElementType.F32)) {
      TensorType type = TensorType.of(element, 2, 0);
      var x = element.isFloat() ? floats(type) : integers(type);
      List<Tensor> found =
          opset(20)
              .input("x", x)
              .constant("axes", integers(TensorType.of(ElementType.I64, 1), 1))
              .node("ReduceMax", "x axes", "a", integer("keepdims", 0))
              .node("ReduceMin", "x axes", "b")
              .run("a b");
      assertEquals(TensorType.of(element, 2), found.get(0).type());
      assertEquals(TensorType.of(element, 2, 1), found.get(1).type());
      double most =
          found.get(0).type().element().isFloat()
              ? found.get(0).doubles()[1]
              : found.get(0).longs()[1];
      double least =
          found.get(1).type().element().isFloat()
              ? found.get(1).doubles()[1]
              : found.get(1).longs()[1];
      switch (element) {
        case I8 -> assertArrayEquals(new double[] {-128, 127}, new double[] {most, least});
        case U16 -> assertArrayEquals(new double[] {0, 65535}, new double[] {most, least});
        default ->
            assertArrayEquals(
                new double[] {Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY},
                new double[] {most, least});
      }
    }
  }

  @Test
  void emptyResultsAreEmpty() {
    Tensor y =
        opset(18)
            .input("x", f32(List.of(0L, 0L)))
            .constant("axes", integers(TensorType.of(ElementType.I64, 1), 1))
            .node("ReduceMax", "x axes", "y", integer("keepdims", 0))
            .run("y")
            .getFirst();
    assertEquals(TensorType.of(ElementType.F32, 0), y.type());
  }

  @Test
  void overNoAxesTheOtherStepsRemain() {
    List<Tensor> found =
        opset(18)
            .input("x", f32(List.of(2L), 3, -4))
            .constant("axes", integers(TensorType.of(ElementType.I64, 0)))
            .node("ReduceSumSquare", "x axes", "a", integer("noop_with_empty_axes", 1))
            .node("ReduceL1", "x", "b", integer("noop_with_empty_axes", 1))
            .node("ReduceLogSumExp", "x", "c", integer("noop_with_empty_axes", 1))
            .node("ReduceSum", "x axes", "d")
            .run("a b c d");
    assertArrayEquals(new double[] {9, 16}, found.get(0).doubles());
    assertArrayEquals(new double[] {3, 4}, found.get(1).doubles());
    assertArrayEquals(new double[] {3, -4}, found.get(2).doubles());
    assertArrayEquals(new double[] {-1}, found.get(3).doubles());
  }

  @Test
  void sumsOfExponentialsDoNotOverflow() {
    double infinity = Double.POSITIVE_INFINITY;
    double[] y =
        opset(13)
            .input(
                "x",
                f32(List.of(4L, 2L), 1000, 1000, -1000, -1000, -infinity, -infinity, infinity, 0))
            .node("ReduceLogSumExp", "x", "y", list("axes", 1L), integer("keepdims", 0))
            .run("y")
            .getFirst()
            .doubles();
    double two = Math.log(2);
    assertArrayEquals(new double[] {1000 + two, -1000 + two, -infinity, infinity}, y, 1e-4);
  }

  @Test
  void truthsAreReducedToWhetherAnyOrAll() {
    TensorType type = TensorType.of(ElementType.BOOL, 2);
    assertEquals(1, of("ReduceMax", integers(type, 0, 1)).longs()[0]);
    assertEquals(0, of("ReduceMin", integers(type, 0, 1)).longs()[0]);
  }

  @Test
  void runningProductsFromTheEndWithoutTheElementItself() {
    List<Tensor> found =
        opset(26)
            .input("x", integers(TensorType.of(ElementType.I32, 3), 2, 3, 4))
            .constant("axis", scalar(-1))
            .node("CumProd", "x axis", "a", integer("exclusive", 1), integer("reverse", 1))
            .node("CumSum", "x axis", "b", integer("exclusive", 1), integer("reverse", 1))
            .run("a b");
    assertArrayEquals(new long[] {12, 4, 1}, found.get(0).longs());
    assertArrayEquals(new long[] {7, 4, 0}, found.get(1).longs());
  }

  @Test
  void refusesAxesThatAreNotThere() {
    String why =
        opset(13)
            .input("x", f32(List.of(2L, 0L)))
            .input("axes", scalar(0))
            .node("ReduceMean", "x", "a", list("axes", 2L))
            .node("ReduceSum", "x axes", "b")
            .node("ReduceProd", "x", "c", list("axes", 0L, -2L))
            .node("ArgMax", "x", "d", integer("axis", 1))
            .refusal("a b c d");
    assertEquals(4, why.lines().filter(line -> line.contains("[onnx.node]")).count(), why);
    assertTrue(why.contains("axis 2 is not in [-2, 2)"), why);
    assertTrue(why.contains("depend on input 'axes'"), why);
  }
}
