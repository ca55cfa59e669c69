package dev.miser.ir.eval;

import dev.miser.ir.op.Ordering;
import dev.miser.ir.op.Sort;
import dev.miser.ir.op.TopK;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;

/** What elements are in order: stable, NaN above all numbers, -0 equal to 0. */
final class OrderingMeaning {
  private OrderingMeaning() {}

  static Tensor of(Ordering ordering, Operands in) {
    TensorType type = ordering.inferType();
    return switch (ordering) {
      case Sort sort -> {
        boolean values = sort.kind() == Sort.Kind.SORT;
        int[] from = order(in.of(sort.x()), sort.x(), sort.axis(), sort.descending(), type);
        yield values
            ? Positions.pick(in.of(sort.x()), type, from)
            : indices(type, from, sort.x(), sort.axis());
      }
      case TopK top -> {
        boolean values = top.kind() == TopK.Kind.TOP_K;
        int[] from = order(in.of(top.x()), top.x(), top.axis(), top.largest(), type);
        yield values
            ? Positions.pick(in.of(top.x()), type, from)
            : indices(type, from, top.x(), top.axis());
      }
    };
  }

  /** Returns a number that orders elements as their values do. */
  static long key(Tensor x, int i) {
    if (x.type().element().isFloat()) {
      // Adding 0 makes 0 of -0. Bits of negative floats fall as the floats rise.
      long bits = Double.doubleToLongBits(x.doubles()[i] + 0.0);
      return bits < 0 ? bits ^ Long.MAX_VALUE : bits;
    }
    return x.type().element().isUnsigned() ? x.longs()[i] ^ Long.MIN_VALUE : x.longs()[i];
  }

  /** Returns for each element of the result (as many as its type has) where it stood. */
  private static int[] order(Tensor x, Value value, int axis, boolean descending, TensorType type) {
    Shape shape = value.type().shape();
    int size = Math.toIntExact(shape.dim(axis));
    int kept = Math.toIntExact(type.dim(axis));
    int inner = Positions.stride(shape, axis);
    int outer = Math.toIntExact(shape.elementCount(0, axis));
    int[] from = new int[Tensor.count(type)];
    long[] keys = new long[size];
    for (int run = 0; run < outer * inner; run++) {
      int first = run / inner * (size * inner) + run % inner;
      int[] order = new int[size];
      for (int i = 0; i < size; i++) {
        long key = key(x, first + i * inner);
        keys[i] = descending ? ~key : key;
        order[i] = i;
      }
      mergeSort(order, new int[size], keys, 0, size);
      for (int i = 0; i < kept; i++) {
        from[run / inner * (kept * inner) + i * inner + run % inner] = first + order[i] * inner;
      }
    }
    return from;
  }

  /** Sorts {@code order[from, to)} by key; of equal keys, the earlier stays the earlier. */
  private static void mergeSort(int[] order, int[] spare, long[] keys, int from, int to) {
    if (to - from < 2) {
      return;
    }
    int middle = (from + to) >>> 1;
    mergeSort(order, spare, keys, from, middle);
    mergeSort(order, spare, keys, middle, to);
    System.arraycopy(order, from, spare, from, to - from);
    int left = from;
    int right = middle;
    for (int i = from; i < to; i++) {
      boolean takeLeft = right == to || (left < middle && keys[spare[left]] <= keys[spare[right]]);
      order[i] = takeLeft ? spare[left++] : spare[right++];
    }
  }

  private static Tensor indices(TensorType type, int[] from, Value x, int axis) {
    int inner = Positions.stride(x.type().shape(), axis);
    long size = x.type().dim(axis);
    long[] result = new long[from.length];
    for (int i = 0; i < from.length; i++) {
      result[i] = from[i] / inner % size;
    }
    return Tensor.ofLongs(type, result);
  }
}
