package dev.miser.codegen.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.miser.codegen.Cases;
import dev.miser.codegen.KernelRun;
import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.FunctionBuilder;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Pool;
import dev.miser.ir.op.Slice;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Target;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Pools of awkward sizes, strides, paddings and dilations, with what may follow them. */
class PoolTest {
  private static final List<Long> NONE = List.of();

  private final Cases cases = new Cases();

  private void every(Value x, List<Long> window, List<List<Long>> lists) {
    long entries = window.stream().reduce(1L, (a, b) -> a * b);
    for (Pool.Kind kind : Pool.Kind.values()) {
      double tolerance = kind == Pool.Kind.MAX_POOL ? 0 : 1e-6 * entries;
      cases.kernel(
          tolerance,
          cases.add(
              new Pool(
                  kind,
                  x,
                  window,
                  lists.get(0),
                  lists.get(1),
                  lists.get(2),
                  lists.get(3),
                  kind == Pool.Kind.SUM_POOL)));
    }
  }

  private Value input(long... dims) {
    return cases.input(TensorType.of(ElementType.F32, dims));
  }

  private static List<Long> two(long y, long x) {
    return List.of(y, x);
  }

  @Test
  void planes() {
    every(input(2, 3, 7, 9), two(2, 2), List.of(two(2, 2), NONE, NONE, NONE));
    every(input(1, 2, 33, 31), two(3, 3), List.of(two(1, 1), two(1, 1), two(1, 1), NONE));
    every(input(1, 3, 112, 112), two(3, 3), List.of(two(2, 2), two(1, 1), two(1, 1), NONE));
    every(input(1, 3, 64, 17), two(3, 5), List.of(two(2, 1), two(1, 0), two(0, 4), two(1, 2)));
    every(input(1, 2, 15, 100), two(3, 3), List.of(two(1, 2), two(0, 2), two(2, 1), two(3, 3)));
    every(input(1, 2, 40, 65), two(2, 3), List.of(two(3, 3), two(0, 1), two(1, 1), NONE));
    every(input(2, 5, 7, 7), two(7, 7), List.of(NONE, NONE, NONE, NONE));
    every(input(1, 4, 8, 8), two(1, 1), List.of(two(2, 2), NONE, NONE, NONE));
    every(input(3, 1, 1, 1), two(1, 1), List.of(NONE, NONE, NONE, NONE));
    every(input(1, 1, 300, 257), two(3, 3), List.of(two(1, 1), two(1, 1), two(1, 1), NONE));
    cases.check();
  }

  /** Windows in padding alone, and blocks and chunks of rows in padding alone. */
  @Test
  void paddingAlone() {
    every(input(1, 2, 3, 4), two(2, 2), List.of(two(1, 1), two(4, 5), two(3, 40), NONE));
    every(input(1, 2, 3, 4), two(2, 2), List.of(two(2, 2), two(5, 7), two(6, 33), NONE));
    every(input(1, 2, 3, 4), two(1, 2), List.of(two(1, 3), two(0, 40), two(0, 40), NONE));
    every(input(1, 1, 5), List.of(3L), List.of(NONE, List.of(20000L), List.of(100L), NONE));
    cases.check();
  }

  @Test
  void linesAndVolumes() {
    every(input(2, 3, 1000), List.of(5L), List.of(List.of(2L), List.of(2L), List.of(2L), NONE));
    every(input(1, 1, 70001), List.of(3L), List.of(List.of(1L), List.of(1L), NONE, NONE));
    every(input(1, 2, 40000), List.of(3L), List.of(List.of(2L), NONE, List.of(1L), NONE));
    List<Long> three = List.of(3L, 2L, 3L);
    every(
        input(1, 2, 6, 9, 20),
        three,
        List.of(List.of(2L, 1L, 2L), List.of(1L, 1L, 1L), NONE, NONE));
    every(
        input(2, 1, 5, 8, 17),
        three,
        List.of(NONE, List.of(2L, 0L, 1L), List.of(2L, 1L, 0L), List.of(2L, 1L, 3L)));
    // More scratch than a worker should have: plain loops.
    every(input(1, 1, 300, 280), two(290, 270), List.of(two(3, 3), NONE, NONE, NONE));
    cases.check();
  }

  @Test
  void otherTypes() {
    for (ElementType type : ElementType.values()) {
      if (type == ElementType.F32 || type.isBoolean()) {
        continue;
      }
      Value x = cases.input(TensorType.of(type, 1, 2, 9, 7));
      for (Pool.Kind kind : Pool.Kind.values()) {
        if (kind == Pool.Kind.AVERAGE_POOL && !type.isFloat()) {
          continue;
        }
        double tolerance = type.isFloat() && kind != Pool.Kind.MAX_POOL ? 0.07 : 0;
        for (boolean all : List.of(true, false)) {
          cases.kernel(
              tolerance,
              cases.add(new Pool(kind, x, two(3, 2), two(2, 1), two(1, 1), two(0, 3), NONE, all)));
        }
      }
    }
    cases.check();
  }

  @Test
  void epilogues() {
    Value x = input(2, 3, 13, 18);
    Value bias = input(3);
    Pool.Kind average = Pool.Kind.AVERAGE_POOL;
    Value pooled =
        cases.add(new Pool(average, x, two(3, 3), NONE, two(1, 1), two(1, 1), NONE, false));
    Value biases = cases.add(new Broadcast(bias, pooled.type().shape(), List.of(1)));
    Value sum = cases.add(new Binary(Binary.Kind.ADD, pooled, biases));
    cases.kernel(1e-5, sum, cases.add(new Unary(Unary.Kind.RELU, sum)));
    // A leaf whose planes lie apart.
    Value part = cases.add(new Slice(x, List.of(0L, 1L, 0L, 0L), List.of(2L, 3L, 13L, 18L), NONE));
    cases.kernel(
        0,
        cases.add(
            new Pool(Pool.Kind.MAX_POOL, part, two(2, 2), two(2, 2), NONE, NONE, NONE, false)));
    cases.check();
  }

  /** NaN stays, -0 is below 0, and infinities in padding's company. */
  @Test
  void specialNumbers() {
    double[] values = new double[2 * 40];
    double[] special = {
      Double.NaN,
      -0.0,
      0.0,
      Double.NEGATIVE_INFINITY,
      Double.POSITIVE_INFINITY,
      Float.MIN_VALUE,
      -Float.MAX_VALUE,
      Float.MAX_VALUE
    };
    for (int i = 0; i < values.length; i++) {
      values[i] = i < 40 ? special[i * 5 % 7 == 0 ? 0 : 1 + i % 7] : (i % 2 == 0 ? -0.0 : 0.0);
    }
    var type = TensorType.of(ElementType.F32, 1, 2, 2, 20);
    for (Pool.Kind kind : Pool.Kind.values()) {
      var builder = new FunctionBuilder("f");
      Value x = builder.input("x", type);
      builder.returns(
          builder.add("y", new Pool(kind, x, two(2, 2), NONE, two(2, 2), two(1, 1), NONE, false)));
      Map<String, Tensor> inputs = Map.of("x", Tensor.ofDoubles(type, values));
      List<Tensor> expected = KernelRun.reference(builder.build(), inputs, Precision.DECLARED);
      for (int bits : List.of(128, 256, 512)) {
        List<Tensor> found = KernelRun.run(builder.build(), inputs, Target.of(bits, 2));
        if (kind == Pool.Kind.MAX_POOL) {
          assertEquals(expected, found);
        } else {
          // Sums of the largest numbers overflow in f32 and not in double.
          for (int i = 63; i < expected.getFirst().doubles().length; i++) {
            assertEquals(expected.getFirst().doubles()[i], found.getFirst().doubles()[i]);
          }
        }
      }
    }
  }
}
