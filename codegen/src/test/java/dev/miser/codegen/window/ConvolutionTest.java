package dev.miser.codegen.window;

import dev.miser.codegen.Cases;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Convolution;
import dev.miser.ir.op.Transpose;
import dev.miser.ir.op.TransposedConvolution;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Convolutions of every stride, padding, dilation and number of groups, at awkward sizes. */
class ConvolutionTest {
  private static final List<Long> NONE = List.of();

  private final Cases cases = new Cases();

  /** Sums of {@code products} products of normal numbers. */
  private static double tolerance(ElementType type, long products) {
    double unit =
        switch (type) {
          case F64 -> 0x1p-51;
          case F16 -> 0x1p-8;
          case BF16 -> 0x1p-5;
          case F32, I64, I32, I16, I8, U64, U32, U16, U8, BOOL -> 0x1p-22;
        };
    return unit * (8 + products);
  }

  private static List<Long> all(long value, int spatial) {
    return java.util.Collections.nCopies(spatial, value);
  }

  private void check(
      ElementType type,
      List<Long> image,
      List<Long> weights,
      List<Long> stride,
      List<Long> padding,
      List<Long> dilation,
      long groups) {
    Value x = cases.input(TensorType.of(type, dims(image)));
    Value w = cases.input(TensorType.of(type, dims(weights)));
    long products = w.type().shape().elementCount(1, weights.size());
    cases.kernel(
        tolerance(type, products),
        cases.add(new Convolution(x, w, stride, padding, padding, dilation, groups)));
  }

  private static long[] dims(List<Long> list) {
    return list.stream().mapToLong(d -> d).toArray();
  }

  private void plane(long c, long h, long w, long o, long kh, long kw, long s, long p, long d) {
    check(
        ElementType.F32,
        List.of(1L, c, h, w),
        List.of(o, c, kh, kw),
        all(s, 2),
        all(p, 2),
        all(d, 2),
        1);
  }

  @Test
  void planes() {
    plane(3, 9, 11, 5, 3, 3, 1, 1, 1);
    plane(4, 17, 15, 12, 3, 3, 2, 1, 1);
    plane(2, 16, 16, 13, 1, 1, 1, 0, 1);
    plane(7, 14, 14, 33, 1, 1, 1, 0, 1);
    plane(9, 15, 13, 24, 1, 1, 2, 0, 1);
    plane(3, 31, 33, 16, 7, 7, 2, 3, 1);
    plane(20, 7, 7, 30, 3, 3, 1, 1, 1);
    plane(5, 2, 3, 4, 3, 3, 1, 2, 1);
    plane(3, 13, 12, 9, 3, 2, 1, 2, 2);
    plane(3, 23, 24, 9, 3, 3, 2, 2, 2);
    plane(3, 23, 24, 8, 3, 4, 3, 4, 2);
    plane(2, 20, 57, 3, 5, 1, 4, 0, 3);
    plane(1, 1, 1, 1, 1, 1, 1, 0, 1);
    plane(64, 14, 14, 20, 3, 3, 1, 1, 1);
    plane(33, 40, 40, 25, 3, 3, 1, 1, 1);
    cases.check();
  }

  @Test
  void groupsImagesAndOtherRanks() {
    check(
        ElementType.F32,
        List.of(2L, 6L, 10L, 9L),
        List.of(8L, 3L, 3L, 3L),
        NONE,
        all(1, 2),
        NONE,
        2);
    check(
        ElementType.F32,
        List.of(3L, 8L, 8L, 8L),
        List.of(8L, 1L, 3L, 3L),
        all(2, 2),
        all(1, 2),
        NONE,
        8);
    check(
        ElementType.F32, List.of(1L, 26L, 7L, 7L), List.of(52L, 13L, 1L, 1L), NONE, NONE, NONE, 2);
    check(
        ElementType.F32, List.of(2L, 3L, 40L), List.of(7L, 3L, 5L), all(2, 1), all(3, 1), NONE, 1);
    check(
        ElementType.F32,
        List.of(1L, 2L, 5L, 6L, 7L),
        List.of(13L, 2L, 3L, 2L, 3L),
        NONE,
        all(1, 3),
        NONE,
        1);
    check(
        ElementType.F32,
        List.of(1L, 2L, 9L, 6L, 33L),
        List.of(4L, 2L, 3L, 2L, 3L),
        List.of(2L, 1L, 3L),
        all(1, 3),
        List.of(1L, 2L, 1L),
        1);
    for (ElementType type :
        List.of(
            ElementType.F64,
            ElementType.F16,
            ElementType.BF16,
            ElementType.I8,
            ElementType.U16,
            ElementType.I64)) {
      check(type, List.of(2L, 4L, 6L, 5L), List.of(6L, 2L, 3L, 3L), all(2, 2), all(1, 2), NONE, 2);
    }
    cases.check();
  }

  private void turned(
      ElementType type,
      List<Long> image,
      List<Long> weights,
      long s,
      long p,
      long more,
      long d,
      long groups) {
    int spatial = image.size() - 2;
    Value x = cases.input(TensorType.of(type, dims(image)));
    Value w = cases.input(TensorType.of(type, dims(weights)));
    cases.kernel(
        tolerance(type, w.type().elementCount()),
        cases.add(
            new TransposedConvolution(
                x,
                w,
                all(s, spatial),
                all(p, spatial),
                all(p, spatial),
                all(more, spatial),
                all(d, spatial),
                groups)));
  }

  @Test
  void transposed() {
    ElementType type = ElementType.F32;
    turned(type, List.of(1L, 5L, 7L, 6L), List.of(5L, 4L, 2L, 2L), 2, 0, 0, 1, 1);
    turned(type, List.of(2L, 4L, 5L, 9L), List.of(4L, 13L, 3L, 3L), 2, 1, 1, 1, 1);
    turned(type, List.of(1L, 4L, 8L, 8L), List.of(4L, 3L, 3L, 3L), 1, 1, 0, 2, 2);
    turned(type, List.of(1L, 3L, 17L), List.of(3L, 2L, 4L), 3, 2, 0, 1, 1);
    turned(type, List.of(1L, 2L, 3L, 4L, 5L), List.of(2L, 3L, 2L, 2L, 3L), 2, 0, 0, 1, 1);
    turned(ElementType.F64, List.of(1L, 4L, 5L, 4L), List.of(4L, 3L, 3L, 3L), 2, 1, 1, 1, 2);
    turned(ElementType.I32, List.of(1L, 2L, 5L, 4L), List.of(2L, 3L, 3L, 2L), 3, 1, 0, 1, 1);
    cases.check();
  }

  @Test
  void epilogues() {
    for (long window : List.of(1L, 3L)) {
      Value x = cases.input(TensorType.of(ElementType.F32, 1, 6, 14, 15));
      Value w = cases.input(TensorType.of(ElementType.F32, 26, 6, window, window));
      Value bias = cases.input(TensorType.of(ElementType.F32, 26));
      Value residual = cases.input(TensorType.of(ElementType.F32, 1, 26, 14, 15));
      List<Long> padding = all(window / 2, 2);
      Value y = cases.add(new Convolution(x, w, NONE, padding, padding, NONE, 1));
      Value biases = cases.add(new Broadcast(bias, y.type().shape(), List.of(1)));
      Value sum = cases.add(new Binary(Binary.Kind.ADD, y, biases));
      Value joined = cases.add(new Binary(Binary.Kind.ADD, sum, residual));
      cases.kernel(
          2 * tolerance(ElementType.F32, 54), cases.add(new Unary(Unary.Kind.RELU, joined)), sum);
      // An image with channels last.
      Value last = cases.input(TensorType.of(ElementType.F32, 1, 14, 15, 6));
      Value first = cases.add(new Transpose(last, List.of(0, 3, 1, 2)));
      y = cases.add(new Convolution(first, w, NONE, padding, padding, NONE, 1));
      cases.kernel(tolerance(ElementType.F32, 54), cases.add(new Unary(Unary.Kind.SIGMOID, y)));
    }
    cases.check();
  }
}
