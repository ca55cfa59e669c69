package dev.miser.ir.eval;

import dev.miser.ir.diag.Code;
import dev.miser.ir.op.Combine;
import dev.miser.ir.op.Gather;
import dev.miser.ir.op.GatherAlong;
import dev.miser.ir.op.GatherNd;
import dev.miser.ir.op.Indexing;
import dev.miser.ir.op.Scatter;
import dev.miser.ir.op.ScatterAlong;
import dev.miser.ir.op.ScatterNd;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;

/**
 * Where gathers take each element from and scatters put it: the same places, from the same indices.
 */
final class IndexingMeaning {
  private IndexingMeaning() {}

  static Tensor of(Indexing indexing, Operands in) {
    TensorType type = indexing.inferType();
    return switch (indexing) {
      case Gather op ->
          Positions.pick(
              in.of(op.x()),
              type,
              slices(op.x().type().shape(), in.of(op.indices()), op.axis(), op.fromEnd()));
      case GatherAlong op ->
          Positions.pick(
              in.of(op.x()),
              type,
              along(op.x().type().shape(), in.of(op.indices()), op.axis(), op.fromEnd()));
      case GatherNd op ->
          Positions.pick(
              in.of(op.x()),
              type,
              coordinates(op.x().type().shape(), in.of(op.indices()), op.batch(), op.fromEnd()));
      case Scatter op ->
          scatter(
              in.of(op.x()),
              in.of(op.updates()),
              op.combine(),
              slices(op.x().type().shape(), in.of(op.indices()), op.axis(), op.fromEnd()));
      case ScatterAlong op ->
          scatter(
              in.of(op.x()),
              in.of(op.updates()),
              op.combine(),
              along(op.x().type().shape(), in.of(op.indices()), op.axis(), op.fromEnd()));
      case ScatterNd op ->
          scatter(
              in.of(op.x()),
              in.of(op.updates()),
              op.combine(),
              coordinates(op.x().type().shape(), in.of(op.indices()), 0, op.fromEnd()));
    };
  }

  /** Returns index {@code i} of the indices, checked against the size of the axis. */
  private static int index(Tensor indices, int i, long size, boolean fromEnd) {
    ElementType element = indices.type().element();
    long found = indices.longs()[i];
    long index = fromEnd && found < 0 && !element.isUnsigned() ? found + size : found;
    if (index < 0 || index >= size) {
      String text = element.isUnsigned() ? Long.toUnsignedString(found) : Long.toString(found);
      throw new Failure(Code.RUN_INDEX, text, size);
    }
    return (int) index;
  }

  /** Whole slices along an axis: [outer..., indices..., inner...]. */
  private static int[] slices(Shape x, Tensor indices, int axis, boolean fromEnd) {
    int outer = Math.toIntExact(x.elementCount(0, axis));
    int size = Math.toIntExact(x.dim(axis));
    int inner = Positions.stride(x, axis);
    int taken = indices.longs().length;
    int[] at = new int[Math.multiplyExact(Math.multiplyExact(outer, taken), inner)];
    int next = 0;
    for (int o = 0; o < outer; o++) {
      for (int t = 0; t < taken; t++) {
        int index = index(indices, t, size, fromEnd);
        for (int i = 0; i < inner; i++) {
          at[next++] = (o * size + index) * inner + i;
        }
      }
    }
    return at;
  }

  /** One index an element: its own place with the index put in along the axis. */
  private static int[] along(Shape x, Tensor indices, int axis, boolean fromEnd) {
    int[][] axes = new int[x.rank()][];
    for (int a = 0; a < axes.length; a++) {
      int stride = a == axis ? 0 : Positions.stride(x, a);
      axes[a] = Positions.axis(indices.type().dim(a), i -> i * stride);
    }
    int[] at = Positions.sum(axes);
    int stride = Positions.stride(x, axis);
    for (int i = 0; i < at.length; i++) {
      at[i] += index(indices, i, x.dim(axis), fromEnd) * stride;
    }
    return at;
  }

  /** Coordinates in the last axis of the indices, after {@code batch} shared leading axes. */
  private static int[] coordinates(Shape x, Tensor indices, int batch, boolean fromEnd) {
    Shape shape = indices.type().shape();
    int last = shape.rank() - 1;
    int count = Math.toIntExact(shape.dim(last));
    int batches = Math.toIntExact(x.elementCount(0, batch));
    int places = Math.toIntExact(shape.elementCount(0, last));
    int inner = Math.toIntExact(x.elementCount(batch + count, x.rank()));
    int[] at = new int[Math.multiplyExact(places, inner)];
    for (int place = 0; place < places; place++) {
      int start = place / (places / batches);
      for (int c = 0; c < count; c++) {
        long size = x.dim(batch + c);
        start = start * (int) size + index(indices, place * count + c, size, fromEnd);
      }
      for (int i = 0; i < inner; i++) {
        at[place * inner + i] = start * inner + i;
      }
    }
    return at;
  }

  private static Tensor scatter(Tensor x, Tensor updates, Combine combine, int[] at) {
    ElementType element = x.type().element();
    if (element.isFloat()) {
      double[] result = x.doubles().clone();
      DoubleBinaryOperator join = joinFloats(combine);
      for (int i = 0; i < at.length; i++) {
        result[at[i]] = join.applyAsDouble(result[at[i]], updates.doubles()[i]);
      }
      return Tensor.ofDoubles(x.type(), result);
    }
    long[] result = x.longs().clone();
    LongBinaryOperator join = joinIntegers(combine, element);
    for (int i = 0; i < at.length; i++) {
      long joined = join.applyAsLong(result[at[i]], updates.longs()[i]);
      result[at[i]] = Conversions.wrap(joined, element);
    }
    return Tensor.ofLongs(x.type(), result);
  }

  private static DoubleBinaryOperator joinFloats(Combine combine) {
    return switch (combine) {
      case SET -> (old, update) -> update;
      case ADD -> Double::sum;
      case MULTIPLY -> (old, update) -> old * update;
      case MINIMUM -> Math::min;
      case MAXIMUM -> Math::max;
    };
  }

  private static LongBinaryOperator joinIntegers(Combine combine, ElementType element) {
    return switch (combine) {
      case SET -> (old, update) -> update;
      case ADD -> Long::sum;
      case MULTIPLY -> (old, update) -> old * update;
      case MINIMUM ->
          (old, update) -> IntegerFunctions.compare(old, update, element) <= 0 ? old : update;
      case MAXIMUM ->
          (old, update) -> IntegerFunctions.compare(old, update, element) >= 0 ? old : update;
    };
  }
}
