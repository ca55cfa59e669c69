package dev.miser.ir.eval;

import static dev.miser.ir.eval.Given.f32;
import static dev.miser.ir.eval.Given.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.op.Constant;
import dev.miser.ir.op.Iota;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Random;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Constants, iota, and which bits of the generator an element takes. */
class SourceMeaningTest {
  private static Tensor random(Random.Kind kind, ElementType element, long count, long key) {
    return run(
        v -> new Random(kind, v.get(0), TensorType.of(element, count)),
        Tensor.ofLongs(TensorType.of(ElementType.I64), key));
  }

  @Test
  void constants() {
    TensorType type = TensorType.of(ElementType.F32, 3);
    assertEquals(f32(1, 2, 3), run(v -> new Constant(Literal.ofDoubles(type, 1, 2, 3))));
    assertEquals(f32(0.1f, 0.1f, 0.1f), run(v -> new Constant(Literal.splat(type, 0.1))));
  }

  @Test
  void iotaCountsAlongItsAxis() {
    assertEquals(
        f32(List.of(2L, 3L), 0, 0, 0, 1, 1, 1),
        run(v -> new Iota(TensorType.of(ElementType.F32, 2, 3), 0)));
    assertEquals(
        f32(List.of(2L, 3L), 0, 1, 2, 0, 1, 2),
        run(v -> new Iota(TensorType.of(ElementType.F32, 2, 3), 1)));
    Tensor wrapped = run(v -> new Iota(TensorType.of(ElementType.I8, 130), 0));
    assertEquals(-127, wrapped.longs()[129]);
  }

  @Test
  void wordsGoToElementsInOrder() {
    int[] first = Philox.block(0, 42);
    int[] second = Philox.block(1, 42);
    assertArrayEquals(
        new long[] {first[0], first[1], first[2], first[3], second[0]},
        random(Random.Kind.RANDOM_BITS, ElementType.I32, 5, 42).longs());
    assertArrayEquals(
        new long[] {
          (first[0] & 0xffffffffL) | (long) first[1] << 32,
          (first[2] & 0xffffffffL) | (long) first[3] << 32,
          (second[0] & 0xffffffffL) | (long) second[1] << 32
        },
        random(Random.Kind.RANDOM_BITS, ElementType.I64, 3, 42).longs());
    assertArrayEquals(
        new long[] {first[0] & 0xff, first[1] & 0xff},
        random(Random.Kind.RANDOM_BITS, ElementType.U8, 2, 42).longs());
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F64", "F16", "BF16"})
  void uniformNumbersAreEvenlySpreadAndExact(ElementType element) {
    Tensor numbers = random(Random.Kind.RANDOM_UNIFORM, element, 4096, 7);
    assertEquals(numbers, numbers.rounded());
    double[] x = numbers.doubles();
    assertTrue(Arrays.stream(x).allMatch(u -> u >= 0 && u < 1));
    assertEquals(0.5, Arrays.stream(x).average().orElseThrow(), 0.02);
    assertEquals(
        1 / 12.0, Arrays.stream(x).map(u -> (u - 0.5) * (u - 0.5)).average().orElseThrow(), 0.005);
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F64", "F16", "BF16"})
  void normalNumbersHaveMeanZeroAndVarianceOne(ElementType element) {
    double[] x = random(Random.Kind.RANDOM_NORMAL, element, 4096, -3).doubles();
    assertEquals(0, Arrays.stream(x).average().orElseThrow(), 0.05);
    assertEquals(1, Arrays.stream(x).map(z -> z * z).average().orElseThrow(), 0.08);
    double tail = Arrays.stream(x).filter(z -> Math.abs(z) > 1.959964).count() / 4096.0;
    assertEquals(0.05, tail, 0.015);
    double neighbours = 0;
    for (int i = 0; i < 4096; i += 2) {
      neighbours += x[i] * x[i + 1] / 2048;
    }
    assertEquals(0, neighbours, 0.08);
  }

  @Test
  void anElementDependsOnItsIndexAndTheKeyAlone() {
    double[] few = random(Random.Kind.RANDOM_NORMAL, ElementType.F32, 5, 1).doubles();
    double[] many = random(Random.Kind.RANDOM_NORMAL, ElementType.F32, 50, 1).doubles();
    assertArrayEquals(few, Arrays.copyOf(many, 5));
    double[] other = random(Random.Kind.RANDOM_NORMAL, ElementType.F32, 5, 2).doubles();
    assertTrue(few[0] != other[0]);
  }
}
