package dev.miser.ir.eval;

import dev.miser.ir.op.ArgReduce;
import dev.miser.ir.op.Cumulative;
import dev.miser.ir.op.Reduce;
import dev.miser.ir.op.Reduction;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.Arrays;

/** What elements along axes combine to, taken in row-major order. */
final class ReductionMeaning {
  private ReductionMeaning() {}

  static Tensor of(Reduction reduction, Operands in) {
    TensorType type = reduction.inferType();
    return switch (reduction) {
      case Reduce reduce ->
          type.element().isFloat()
              ? Tensor.ofDoubles(type, floats(reduce, type, in.doubles(reduce.x())))
              : Tensor.ofLongs(type, integers(reduce, type, in.longs(reduce.x())));
      case ArgReduce reduce -> Tensor.ofLongs(type, indices(reduce, type, in.of(reduce.x())));
      case Cumulative cumulative ->
          type.element().isFloat()
              ? Tensor.ofDoubles(type, floats(cumulative, in.doubles(cumulative.x())))
              : Tensor.ofLongs(type, integers(cumulative, in.longs(cumulative.x())));
    };
  }

  /** Returns for each element of the operand the element of the result that it becomes part of. */
  private static int[] targets(Reduce reduce, TensorType type) {
    Shape shape = reduce.x().type().shape();
    int[][] axes = new int[shape.rank()][];
    int kept = 0;
    for (int axis = 0; axis < axes.length; axis++) {
      int stride = reduce.axes().contains(axis) ? 0 : Positions.stride(type.shape(), kept++);
      axes[axis] = Positions.axis(shape.dim(axis), i -> i * stride);
    }
    return Positions.sum(axes);
  }

  private static double[] floats(Reduce reduce, TensorType type, double[] x) {
    int[] targets = targets(reduce, type);
    double[] result = new double[Tensor.count(type)];
    Arrays.fill(
        result,
        switch (reduce.kind()) {
          case REDUCE_SUM, REDUCE_MEAN -> 0;
          case REDUCE_PRODUCT -> 1;
          case REDUCE_MAX -> Double.NEGATIVE_INFINITY;
          case REDUCE_MIN -> Double.POSITIVE_INFINITY;
          case REDUCE_AND, REDUCE_OR ->
              throw new IllegalArgumentException(reduce.kind() + " is not defined on floats");
        });
    for (int i = 0; i < x.length; i++) {
      double old = result[targets[i]];
      result[targets[i]] =
          switch (reduce.kind()) {
            case REDUCE_SUM, REDUCE_MEAN -> old + x[i];
            case REDUCE_PRODUCT -> old * x[i];
            case REDUCE_MAX -> Math.max(old, x[i]);
            case REDUCE_MIN -> Math.min(old, x[i]);
            case REDUCE_AND, REDUCE_OR -> old;
          };
    }
    if (reduce.kind() == Reduce.Kind.REDUCE_MEAN) {
      double divisor = 1;
      for (int axis : reduce.axes()) {
        divisor *= reduce.x().type().dim(axis);
      }
      for (int i = 0; i < result.length; i++) {
        result[i] /= divisor;
      }
    }
    return result;
  }

  private static long[] integers(Reduce reduce, TensorType type, long[] x) {
    int[] targets = targets(reduce, type);
    ElementType element = type.element();
    long[] result = new long[Tensor.count(type)];
    Arrays.fill(
        result,
        switch (reduce.kind()) {
          case REDUCE_SUM, REDUCE_MEAN, REDUCE_OR -> 0;
          case REDUCE_PRODUCT, REDUCE_AND -> 1;
          case REDUCE_MAX -> least(element);
          case REDUCE_MIN -> greatest(element);
        });
    for (int i = 0; i < x.length; i++) {
      long old = result[targets[i]];
      boolean larger = IntegerFunctions.compare(x[i], old, element) > 0;
      result[targets[i]] =
          switch (reduce.kind()) {
            case REDUCE_SUM, REDUCE_MEAN -> Conversions.wrap(old + x[i], element);
            case REDUCE_PRODUCT -> Conversions.wrap(old * x[i], element);
            case REDUCE_MAX -> larger ? x[i] : old;
            case REDUCE_MIN -> larger ? old : x[i];
            case REDUCE_AND -> old & x[i];
            case REDUCE_OR -> old | x[i];
          };
    }
    return result;
  }

  /** Returns the smallest value of an integer type. */
  static long least(ElementType element) {
    return element.isUnsigned() ? 0 : -1L << (element.bytes() * 8 - 1);
  }

  private static long greatest(ElementType element) {
    return Conversions.wrap(~least(element), element);
  }

  private static long[] indices(ArgReduce reduce, TensorType type, Tensor x) {
    Shape shape = reduce.x().type().shape();
    int size = Math.toIntExact(shape.dim(reduce.axis()));
    int inner = Positions.stride(shape, reduce.axis());
    long[] result = new long[Tensor.count(type)];
    for (int r = 0; r < result.length; r++) {
      int first = r / inner * (size * inner) + r % inner;
      int best = 0;
      for (int i = 1; i < size; i++) {
        if (isBetter(reduce, x, first + i * inner, first + best * inner)) {
          best = i;
        }
      }
      result[r] = best;
    }
    return result;
  }

  /** Returns whether the element at the later place {@code at} is rather what is looked for. */
  private static boolean isBetter(ArgReduce reduce, Tensor x, int at, int best) {
    if (x.type().element().isFloat()
        && (Double.isNaN(x.doubles()[at]) || Double.isNaN(x.doubles()[best]))) {
      return Double.isNaN(x.doubles()[at]) && (reduce.last() || !Double.isNaN(x.doubles()[best]));
    }
    int order = Long.compare(OrderingMeaning.key(x, at), OrderingMeaning.key(x, best));
    int wanted = reduce.kind() == ArgReduce.Kind.ARG_MAX ? order : -order;
    return wanted > 0 || (wanted == 0 && reduce.last());
  }

  /** Where each run along the axis starts, and how its elements follow each other. */
  private record Runs(int count, int size, int inner, boolean reverse) {
    static Runs of(Cumulative cumulative) {
      Shape shape = cumulative.x().type().shape();
      int size = Math.toIntExact(shape.dim(cumulative.axis()));
      int inner = Positions.stride(shape, cumulative.axis());
      int outer = Math.toIntExact(shape.elementCount(0, cumulative.axis()));
      return new Runs(outer * inner, size, inner, cumulative.reverse());
    }

    int at(int run, int i) {
      return (run / inner * size + (reverse ? size - 1 - i : i)) * inner + run % inner;
    }
  }

  private static double[] floats(Cumulative cumulative, double[] x) {
    Runs runs = Runs.of(cumulative);
    boolean sum = cumulative.kind() == Cumulative.Kind.CUMULATIVE_SUM;
    double[] result = new double[x.length];
    for (int run = 0; run < runs.count; run++) {
      double before = sum ? 0 : 1;
      for (int i = 0; i < runs.size; i++) {
        int at = runs.at(run, i);
        double after = sum ? before + x[at] : before * x[at];
        result[at] = cumulative.exclusive() ? before : after;
        before = after;
      }
    }
    return result;
  }

  private static long[] integers(Cumulative cumulative, long[] x) {
    Runs runs = Runs.of(cumulative);
    boolean sum = cumulative.kind() == Cumulative.Kind.CUMULATIVE_SUM;
    ElementType element = cumulative.x().type().element();
    long[] result = new long[x.length];
    for (int run = 0; run < runs.count; run++) {
      long before = sum ? 0 : 1;
      for (int i = 0; i < runs.size; i++) {
        int at = runs.at(run, i);
        long after = Conversions.wrap(sum ? before + x[at] : before * x[at], element);
        result[at] = cumulative.exclusive() ? before : after;
        before = after;
      }
    }
    return result;
  }
}
