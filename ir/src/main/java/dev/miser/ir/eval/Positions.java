package dev.miser.ir.eval;

import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** Maps from the elements of one tensor to the places of another, and picking along them. */
final class Positions {
  /** Stands for a place outside the other tensor. */
  static final int OUTSIDE = -1;

  private Positions() {}

  /**
   * Returns for each element of a tensor, in row-major order, the sum of what each axis contributes
   * for the element's index along it, or {@link #OUTSIDE} if any axis says so.
   */
  static int[] sum(int[]... axes) {
    int[] positions = {0};
    for (int[] axis : axes) {
      int[] longer = new int[Math.multiplyExact(positions.length, axis.length)];
      int next = 0;
      for (int position : positions) {
        for (int contribution : axis) {
          longer[next++] =
              position == OUTSIDE || contribution == OUTSIDE ? OUTSIDE : position + contribution;
        }
      }
      positions = longer;
    }
    return positions;
  }

  /** Returns the contributions of one axis: {@code of} each index. */
  static int[] axis(long size, IntUnaryOperator of) {
    return IntStream.range(0, Math.toIntExact(size)).map(of).toArray();
  }

  /** Returns the row-major stride of one axis. */
  static int stride(Shape shape, int axis) {
    return Math.toIntExact(shape.elementCount(axis + 1, shape.rank()));
  }

  /** Returns the tensor whose element i is {@code x}'s at {@code from[i]}. */
  static Tensor pick(Tensor x, TensorType type, int[] from) {
    if (type.element().isFloat()) {
      double[] source = x.doubles();
      double[] result = new double[from.length];
      for (int i = 0; i < from.length; i++) {
        result[i] = source[from[i]];
      }
      return Tensor.ofDoubles(type, result);
    }
    long[] source = x.longs();
    long[] result = new long[from.length];
    for (int i = 0; i < from.length; i++) {
      result[i] = source[from[i]];
    }
    return Tensor.ofLongs(type, result);
  }

  /** As above, with the scalar {@code fill} where {@code from[i]} is {@link #OUTSIDE}. */
  static Tensor pick(Tensor x, TensorType type, int[] from, Tensor fill) {
    if (type.element().isFloat()) {
      double[] source = x.doubles();
      double[] result = new double[from.length];
      for (int i = 0; i < from.length; i++) {
        result[i] = from[i] == OUTSIDE ? fill.doubles()[0] : source[from[i]];
      }
      return Tensor.ofDoubles(type, result);
    }
    long[] source = x.longs();
    long[] result = new long[from.length];
    for (int i = 0; i < from.length; i++) {
      result[i] = from[i] == OUTSIDE ? fill.longs()[0] : source[from[i]];
    }
    return Tensor.ofLongs(type, result);
  }
}
