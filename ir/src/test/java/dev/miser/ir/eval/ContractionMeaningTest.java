package dev.miser.ir.eval;

import static dev.miser.ir.eval.Given.counting;
import static dev.miser.ir.eval.Given.f32;
import static dev.miser.ir.eval.Given.run;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.miser.ir.op.Convert;
import dev.miser.ir.op.Convolution;
import dev.miser.ir.op.Dot;
import dev.miser.ir.op.Transpose;
import dev.miser.ir.op.TransposedConvolution;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Products summed over shared axes, by hand and by what must hold of them. */
class ContractionMeaningTest {
  private static Tensor integers(Random random, ElementType element, long... dims) {
    TensorType type = TensorType.of(element, dims);
    return Tensor.ofLongs(type, random.longs(type.elementCount(), -9, 10).toArray());
  }

  @Test
  void multipliesMatrices() {
    assertEquals(
        f32(List.of(2L, 2L), 10, 13, 28, 40),
        run(v -> new Dot(v.get(0), v.get(1), false, false), counting(2, 3), counting(3, 2)));
    assertEquals(
        f32(List.of(2L, 2L), 0, 0, 0, 0),
        run(v -> new Dot(v.get(0), v.get(1), false, false), counting(2, 0), counting(0, 2)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"F32", "I64", "I8"})
  void transposedOperandsGiveTheSameProduct(ElementType element) {
    Tensor lhs = reals(integers(new Random(1), ElementType.I64, 3, 4, 5), element);
    Tensor rhs = reals(integers(new Random(2), ElementType.I64, 3, 5, 7), element);
    Tensor lhsT = run(v -> new Transpose(v.get(0), List.of(0, 2, 1)), lhs);
    Tensor rhsT = run(v -> new Transpose(v.get(0), List.of(0, 2, 1)), rhs);
    Tensor expected = run(v -> new Dot(v.get(0), v.get(1), false, false), lhs, rhs);
    assertEquals(expected, run(v -> new Dot(v.get(0), v.get(1), true, false), lhsT, rhs));
    assertEquals(expected, run(v -> new Dot(v.get(0), v.get(1), false, true), lhs, rhsT));
    assertEquals(expected, run(v -> new Dot(v.get(0), v.get(1), true, true), lhsT, rhsT));
  }

  private static Tensor reals(Tensor integers, ElementType element) {
    return run(v -> new Convert(v.get(0), element), integers);
  }

  @Test
  void integerSumsWrapOnce() {
    TensorType row = TensorType.of(ElementType.I8, 1, 3);
    TensorType column = TensorType.of(ElementType.I8, 3, 1);
    assertEquals(
        Tensor.ofLongs(TensorType.of(ElementType.I8, 1, 1), 127),
        run(
            v -> new Dot(v.get(0), v.get(1), false, false),
            Tensor.ofLongs(row, 127, 127, -127),
            Tensor.ofLongs(column, 1, 1, 1)));
  }

  @Test
  void convolvesByHand() {
    assertEquals(
        f32(List.of(1L, 1L, 4L), 2, 4, 6, 5),
        run(
            v ->
                new Convolution(
                    v.get(0), v.get(1), List.of(), List.of(1L), List.of(1L), List.of(1L), 1),
            f32(List.of(1L, 1L, 4L), 1, 1, 2, 3),
            f32(List.of(1L, 1L, 3L), 1, 1, 1)));
    assertEquals(
        f32(List.of(1L, 1L, 2L, 2L), 0 + 2 + 6 + 8, 1 + 0 + 7 + 0, 6 + 8 + 0 + 0, 7 + 0 + 0 + 0),
        run(
            v ->
                new Convolution(
                    v.get(0),
                    v.get(1),
                    List.of(2L, 1L),
                    List.of(0L, 0L),
                    List.of(2L, 1L),
                    List.of(2L, 2L),
                    1),
            counting(1, 1, 3, 3),
            f32(List.of(1L, 1L, 2L, 2L), 1, 1, 1, 1)));
  }

  @Test
  void groupsKeepToTheirChannels() {
    assertEquals(
        f32(List.of(1L, 4L, 1L), 10, 20, 600, 800),
        run(
            v -> new Convolution(v.get(0), v.get(1), List.of(), List.of(), List.of(), List.of(), 2),
            f32(List.of(1L, 2L, 1L), 10, 200),
            f32(List.of(4L, 1L, 1L), 1, 2, 3, 4)));
  }

  /** A convolution and its transpose: (conv x) . y = x . (transposed y), exact in integers. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void transposedConvolutionIsTheTranspose(int spatial) {
    var random = new Random(spatial);
    for (int trial = 0; trial < 40; trial++) {
      long groups = random.nextLong(1, 4);
      long in = groups * random.nextLong(1, 3);
      long out = groups * random.nextLong(1, 3);
      List<Long> stride = sizes(random, spatial, 1, 3);
      List<Long> low = sizes(random, spatial, 0, 2);
      List<Long> high = sizes(random, spatial, 0, 2);
      List<Long> dilation = sizes(random, spatial, 1, 3);
      long[] xDims = dims(2, in, sizes(random, spatial, 7, 9));
      long[] wDims = dims(out, in / groups, sizes(random, spatial, 1, 3));
      Tensor x = integers(random, ElementType.I64, xDims);
      Tensor w = integers(random, ElementType.I64, wDims);
      Tensor forward =
          run(v -> new Convolution(v.get(0), v.get(1), stride, low, high, dilation, groups), x, w);
      Tensor y =
          integers(
              random,
              ElementType.I64,
              forward.type().shape().dims().stream().mapToLong(Long::longValue).toArray());
      // What the windows do not reach at the far end becomes output padding.
      var rest = new ArrayList<Long>();
      for (int i = 0; i < spatial; i++) {
        long reached =
            (forward.type().dim(i + 2) - 1) * stride.get(i)
                + dilation.get(i) * (wDims[i + 2] - 1)
                + 1;
        rest.add(xDims[i + 2] + low.get(i) + high.get(i) - reached);
      }
      Tensor back =
          run(
              v ->
                  new TransposedConvolution(
                      v.get(0), v.get(1), stride, low, high, rest, dilation, groups),
              y,
              w);
      assertEquals(x.type(), back.type());
      assertEquals(product(forward, y), product(x, back), "trial " + trial);
    }
  }

  private static List<Long> sizes(Random random, int count, int from, int to) {
    return random.longs(count, from, to + 1).boxed().toList();
  }

  private static long[] dims(long first, long second, List<Long> spatial) {
    var dims = new ArrayList<>(List.of(first, second));
    dims.addAll(spatial);
    return new Shape(dims).dims().stream().mapToLong(Long::longValue).toArray();
  }

  private static long product(Tensor a, Tensor b) {
    long sum = 0;
    for (int i = 0; i < a.longs().length; i++) {
      sum += a.longs()[i] * b.longs()[i];
    }
    return sum;
  }
}
