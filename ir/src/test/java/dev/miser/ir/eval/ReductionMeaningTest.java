package dev.miser.ir.eval;

import static dev.miser.ir.eval.Given.bools;
import static dev.miser.ir.eval.Given.counting;
import static dev.miser.ir.eval.Given.f32;
import static dev.miser.ir.eval.Given.floats;
import static dev.miser.ir.eval.Given.integers;
import static dev.miser.ir.eval.Given.run;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.miser.ir.op.ArgReduce;
import dev.miser.ir.op.Cumulative;
import dev.miser.ir.op.Pool;
import dev.miser.ir.op.Reduce;
import dev.miser.ir.op.Sort;
import dev.miser.ir.op.TopK;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reductions, scans, orders and pools: of nothing, of NaN, and by hand. */
class ReductionMeaningTest {
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double NAN = Double.NaN;

  private static Tensor reduce(Reduce.Kind kind, Tensor x, Integer... axes) {
    return run(v -> new Reduce(kind, v.get(0), List.of(axes)), x);
  }

  private static Tensor scalar(double value) {
    return floats(TensorType.of(ElementType.F32), value);
  }

  @Test
  void reducesAxes() {
    assertEquals(f32(3, 5, 7), reduce(Reduce.Kind.REDUCE_SUM, counting(2, 3), 0));
    assertEquals(f32(1, 4), reduce(Reduce.Kind.REDUCE_MEAN, counting(2, 3), 1));
    assertEquals(f32(0, 60), reduce(Reduce.Kind.REDUCE_PRODUCT, counting(2, 3), 1));
    assertEquals(f32(3, 12), reduce(Reduce.Kind.REDUCE_SUM, counting(1, 2, 3), 0, 2));
    assertEquals(scalar(5), reduce(Reduce.Kind.REDUCE_MAX, counting(2, 3), 0, 1));
    assertEquals(counting(2, 3), reduce(Reduce.Kind.REDUCE_SUM, counting(2, 3)));
  }

  @Test
  void nothingHasASumAndNoMean() {
    Tensor nothing = f32(List.of(2L, 0L));
    assertEquals(f32(0, 0), reduce(Reduce.Kind.REDUCE_SUM, nothing, 1));
    assertEquals(f32(1, 1), reduce(Reduce.Kind.REDUCE_PRODUCT, nothing, 1));
    assertEquals(f32(NAN, NAN), reduce(Reduce.Kind.REDUCE_MEAN, nothing, 1));
    assertEquals(f32(), reduce(Reduce.Kind.REDUCE_MAX, f32(List.of(0L, 3L)), 1));
    TensorType bool = TensorType.of(ElementType.BOOL);
    assertEquals(Tensor.ofLongs(bool, 1), reduce(Reduce.Kind.REDUCE_AND, bools(), 0));
    assertEquals(Tensor.ofLongs(bool, 0), reduce(Reduce.Kind.REDUCE_OR, bools(), 0));
  }

  @Test
  void extremesPassNaNOnAndKnowZeroes() {
    assertEquals(scalar(NAN), reduce(Reduce.Kind.REDUCE_MAX, f32(1, NAN, 2), 0));
    assertEquals(scalar(NAN), reduce(Reduce.Kind.REDUCE_MIN, f32(NAN, -INF), 0));
    assertEquals(scalar(0), reduce(Reduce.Kind.REDUCE_MAX, f32(-0.0, 0), 0));
    assertEquals(scalar(-0.0), reduce(Reduce.Kind.REDUCE_MIN, f32(0, -0.0), 0));
    assertEquals(scalar(-INF), reduce(Reduce.Kind.REDUCE_MAX, f32(-INF, -INF), 0));
    assertEquals(
        Tensor.ofLongs(TensorType.of(ElementType.U64), -1),
        reduce(Reduce.Kind.REDUCE_MAX, integers(ElementType.U64, 1, -1), 0));
    assertEquals(
        Tensor.ofLongs(TensorType.of(ElementType.I8), -128),
        reduce(Reduce.Kind.REDUCE_MAX, integers(ElementType.I8, -128), 0));
    assertEquals(
        Tensor.ofLongs(TensorType.of(ElementType.U16), 65535),
        reduce(Reduce.Kind.REDUCE_MIN, integers(ElementType.U16, 65535), 0));
  }

  @Test
  void sumsAreDoubleInside() {
    assertEquals(scalar(2), reduce(Reduce.Kind.REDUCE_SUM, f32(0x1p40, 1, -0x1p40, 1), 0));
  }

  @Test
  void firstOrLastOfEquals() {
    assertEquals(index(1), arg(ArgReduce.Kind.ARG_MAX, false, f32(1, 3, 3)));
    assertEquals(index(2), arg(ArgReduce.Kind.ARG_MAX, true, f32(1, 3, 3)));
    assertEquals(index(0), arg(ArgReduce.Kind.ARG_MIN, false, f32(-0.0, 0, 1)));
    assertEquals(index(1), arg(ArgReduce.Kind.ARG_MIN, true, f32(-0.0, 0, 1)));
    assertEquals(index(0), arg(ArgReduce.Kind.ARG_MAX, false, f32(-0.0, 0)), "zeroes are equal");
    assertEquals(index(1), arg(ArgReduce.Kind.ARG_MAX, false, f32(INF, NAN, NAN)));
    assertEquals(index(2), arg(ArgReduce.Kind.ARG_MIN, true, f32(-INF, NAN, NAN)));
    assertEquals(index(0), arg(ArgReduce.Kind.ARG_MAX, false, f32(-INF, -INF)));
    assertEquals(index(1), arg(ArgReduce.Kind.ARG_MAX, false, integers(ElementType.U64, 1, -1)));
    assertEquals(
        index(0), arg(ArgReduce.Kind.ARG_MIN, false, integers(ElementType.I64, Long.MIN_VALUE, 0)));
  }

  private static Tensor arg(ArgReduce.Kind kind, boolean last, Tensor x) {
    return run(v -> new ArgReduce(kind, v.get(0), 0, last), x);
  }

  private static Tensor index(long index) {
    return Tensor.ofLongs(TensorType.of(ElementType.I64), index);
  }

  @Test
  void scans() {
    Tensor x = f32(1, 2, 3);
    assertEquals(f32(1, 3, 6), scan(Cumulative.Kind.CUMULATIVE_SUM, x, false, false));
    assertEquals(f32(0, 1, 3), scan(Cumulative.Kind.CUMULATIVE_SUM, x, true, false));
    assertEquals(f32(6, 5, 3), scan(Cumulative.Kind.CUMULATIVE_SUM, x, false, true));
    assertEquals(f32(5, 3, 0), scan(Cumulative.Kind.CUMULATIVE_SUM, x, true, true));
    assertEquals(f32(1, 2, 6), scan(Cumulative.Kind.CUMULATIVE_PRODUCT, x, false, false));
    assertEquals(f32(6, 3, 1), scan(Cumulative.Kind.CUMULATIVE_PRODUCT, x, true, true));
    assertEquals(
        integers(ElementType.U8, 200, 144),
        scan(Cumulative.Kind.CUMULATIVE_SUM, integers(ElementType.U8, 200, 200), false, false));
    assertEquals(
        f32(List.of(2L, 2L), 0, 1, 2, 4),
        run(
            v -> new Cumulative(Cumulative.Kind.CUMULATIVE_SUM, v.get(0), 0, false, false),
            counting(2, 2)));
  }

  private static Tensor scan(Cumulative.Kind kind, Tensor x, boolean exclusive, boolean reverse) {
    return run(v -> new Cumulative(kind, v.get(0), 0, exclusive, reverse), x);
  }

  @Test
  void sortsStablyWithNaNAboveAllNumbers() {
    Tensor x = f32(2, NAN, -0.0, 2, 0, -INF);
    assertEquals(f32(-INF, -0.0, 0, 2, 2, NAN), sort(Sort.Kind.SORT, x, false));
    assertEquals(
        integers(ElementType.I64, 5, 2, 4, 0, 3, 1), sort(Sort.Kind.SORT_INDICES, x, false));
    assertEquals(f32(NAN, 2, 2, -0.0, 0, -INF), sort(Sort.Kind.SORT, x, true));
    assertEquals(
        integers(ElementType.I64, 1, 0, 3, 2, 4, 5), sort(Sort.Kind.SORT_INDICES, x, true));
    assertEquals(
        integers(ElementType.U64, 0, 1, -1),
        sort(Sort.Kind.SORT, integers(ElementType.U64, -1, 0, 1), false));
    assertEquals(
        integers(ElementType.I64, -1, 0, 1),
        sort(Sort.Kind.SORT, integers(ElementType.I64, -1, 0, 1), false));
  }

  private static Tensor sort(Sort.Kind kind, Tensor x, boolean descending) {
    return run(v -> new Sort(kind, v.get(0), 0, descending), x);
  }

  @Test
  void sortsAlongAnyAxis() {
    Tensor x = f32(List.of(3L, 2L), 2, 9, 1, 7, 3, 8);
    assertEquals(
        f32(List.of(3L, 2L), 1, 7, 2, 8, 3, 9),
        run(v -> new Sort(Sort.Kind.SORT, v.get(0), 0, false), x));
    assertEquals(
        Tensor.ofLongs(TensorType.of(ElementType.I64, 3, 2), 1, 1, 0, 2, 2, 0),
        run(v -> new Sort(Sort.Kind.SORT_INDICES, v.get(0), 0, false), x));
  }

  @Test
  void topTakesTheFirstOfTheOrder() {
    Tensor x = f32(1, NAN, 3, 3, 2);
    assertEquals(f32(NAN, 3, 3), top(TopK.Kind.TOP_K, x, true));
    assertEquals(integers(ElementType.I64, 1, 2, 3), top(TopK.Kind.TOP_K_INDICES, x, true));
    assertEquals(f32(1, 2, 3), top(TopK.Kind.TOP_K, x, false));
    assertEquals(integers(ElementType.I64, 0, 4, 2), top(TopK.Kind.TOP_K_INDICES, x, false));
    assertEquals(
        f32(List.of(1L, 2L), 2, 3),
        run(v -> new TopK(TopK.Kind.TOP_K, v.get(0), 1, 0, true), counting(2, 2)));
  }

  private static Tensor top(TopK.Kind kind, Tensor x, boolean largest) {
    return run(v -> new TopK(kind, v.get(0), 3, 0, largest), x);
  }

  private static Tensor pool(Pool.Kind kind, boolean countPadding, Tensor x) {
    return run(
        v ->
            new Pool(
                kind,
                v.get(0),
                List.of(2L),
                List.of(2L),
                List.of(1L),
                List.of(3L),
                List.of(1L),
                countPadding),
        x);
  }

  @Test
  void poolsLeavePaddingOut() {
    Tensor x = f32(List.of(1L, 1L, 2L), -4, -2);
    assertEquals(f32(List.of(1L, 1L, 3L), -4, -2, -INF), pool(Pool.Kind.MAX_POOL, false, x));
    assertEquals(f32(List.of(1L, 1L, 3L), -4, -2, 0), pool(Pool.Kind.SUM_POOL, false, x));
    assertEquals(f32(List.of(1L, 1L, 3L), -4, -2, NAN), pool(Pool.Kind.AVERAGE_POOL, false, x));
    assertEquals(f32(List.of(1L, 1L, 3L), -2, -1, 0), pool(Pool.Kind.AVERAGE_POOL, true, x));
    TensorType i8 = TensorType.of(ElementType.I8, 1, 1, 2);
    assertEquals(
        Tensor.ofLongs(TensorType.of(ElementType.I8, 1, 1, 3), -4, -2, -128),
        pool(Pool.Kind.MAX_POOL, false, Tensor.ofLongs(i8, -4, -2)));
    assertEquals(
        f32(List.of(1L, 1L, 3L), NAN, 1, -INF),
        pool(Pool.Kind.MAX_POOL, false, f32(List.of(1L, 1L, 2L), NAN, 1)));
  }
}
