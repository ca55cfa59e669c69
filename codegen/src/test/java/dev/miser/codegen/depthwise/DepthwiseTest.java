package dev.miser.codegen.depthwise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.codegen.Cases;
import dev.miser.codegen.KernelRun;
import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.FunctionBuilder;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Convolution;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Target;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Depthwise convolutions of awkward sizes, strides, paddings and dilations. */
class DepthwiseTest {
  private static final double TOLERANCE = 1e-4;
  private static final List<Long> NONE = List.of();

  private final Cases cases = new Cases();

  private Value input(long... dims) {
    return cases.input(TensorType.of(ElementType.F32, dims));
  }

  private static List<Long> two(long y, long x) {
    return List.of(y, x);
  }

  /** A convolution of stride and padding; its weights are an input. */
  private Value convolution(Value x, long multiplier, List<Long> window, List<List<Long>> lists) {
    long channels = x.type().dim(1);
    long[] dims = new long[window.size() + 2];
    Arrays.setAll(dims, i -> i == 0 ? channels * multiplier : i == 1 ? 1 : window.get(i - 2));
    return cases.add(
        new Convolution(
            x, input(dims), lists.get(0), lists.get(1), lists.get(2), lists.get(3), channels));
  }

  private void check(Value x, long multiplier, List<Long> window, List<List<Long>> lists) {
    cases.kernel(TOLERANCE, convolution(x, multiplier, window, lists));
  }

  @Test
  void planes() {
    List<Long> one = two(1, 1);
    List<Long> twice = two(2, 2);
    for (long size : List.of(1L, 2L, 3L, 7L, 8L, 14L, 15L, 16L, 17L, 28L, 33L, 56L, 100L)) {
      check(input(1, 3, size, size), 1, two(3, 3), List.of(one, one, one, NONE));
      check(input(2, 2, size, size + 1), 1, two(3, 3), List.of(twice, one, one, NONE));
      check(input(1, 2, size, size), 1, two(5, 5), List.of(one, twice, twice, NONE));
      check(input(1, 2, size + 3, size), 1, two(5, 5), List.of(twice, twice, twice, NONE));
    }
    check(input(1, 3, 20, 30), 2, two(3, 3), List.of(one, one, one, NONE));
    check(input(2, 3, 20, 30), 3, two(2, 4), List.of(two(2, 1), two(0, 3), two(1, 0), two(1, 2)));
    check(input(1, 2, 30, 41), 1, two(3, 3), List.of(two(3, 3), one, one, NONE));
    check(input(1, 2, 30, 41), 1, two(3, 3), List.of(two(1, 2), two(4, 4), two(4, 4), two(4, 4)));
    check(input(1, 2, 19, 23), 1, two(7, 7), List.of(one, two(3, 3), two(3, 3), NONE));
    check(input(1, 2, 150, 140), 1, two(3, 3), List.of(one, NONE, NONE, NONE));
    cases.check();
  }

  @Test
  void linesAndVolumes() {
    check(input(2, 5, 333), 1, List.of(4L), List.of(List.of(1L), List.of(3L), NONE, NONE));
    check(input(1, 1, 50001), 1, List.of(3L), List.of(List.of(2L), List.of(1L), NONE, NONE));
    check(
        input(1, 2, 5, 6, 18),
        1,
        List.of(3L, 3L, 3L),
        List.of(List.of(1L, 2L, 1L), List.of(1L, 1L, 1L), List.of(1L, 1L, 1L), NONE));
    cases.check();
  }

  @Test
  void epilogues() {
    Value x = input(2, 3, 14, 19);
    Value residual = input(2, 3, 14, 19);
    Value bias = input(3);
    List<Long> one = two(1, 1);
    Value sum = convolution(x, 1, two(3, 3), List.of(one, one, one, NONE));
    Value biases = cases.add(new Broadcast(bias, sum.type().shape(), List.of(1)));
    sum = cases.add(new Binary(Binary.Kind.ADD, sum, biases));
    cases.kernel(TOLERANCE, cases.add(new Unary(Unary.Kind.RELU, sum)));
    Value again = convolution(x, 1, two(3, 3), List.of(one, one, one, NONE));
    cases.kernel(TOLERANCE, again, cases.add(new Binary(Binary.Kind.MULTIPLY, again, residual)));
    cases.check();
  }

  /** An infinite weight meets no padding. */
  @Test
  void infiniteWeights() {
    var builder = new FunctionBuilder("f");
    var type = TensorType.of(ElementType.F32, 1, 2, 5, 6);
    var filter = TensorType.of(ElementType.F32, 2, 1, 3, 3);
    Value x = builder.input("x", type);
    Value w = builder.input("w", filter);
    List<Long> one = two(1, 1);
    builder.returns(builder.add("y", new Convolution(x, w, one, one, one, one, 2)));
    double[] image = new double[60];
    Arrays.setAll(image, i -> 1 + i % 5);
    double[] weights = new double[18];
    Arrays.setAll(weights, i -> i == 0 || i == 14 ? Double.POSITIVE_INFINITY : i - 7);
    Map<String, Tensor> inputs =
        Map.of("x", Tensor.ofDoubles(type, image), "w", Tensor.ofDoubles(filter, weights));
    Tensor expected = KernelRun.reference(builder.build(), inputs, Precision.DECLARED).getFirst();
    assertTrue(Arrays.stream(expected.doubles()).anyMatch(Double::isFinite));
    for (int bits : List.of(128, 256, 512)) {
      assertEquals(expected, KernelRun.run(builder.build(), inputs, Target.of(bits, 2)).getFirst());
    }
  }
}
