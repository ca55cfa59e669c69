package dev.miser.ir.eval;

import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Concat;
import dev.miser.ir.op.Layout;
import dev.miser.ir.op.PackPanels;
import dev.miser.ir.op.Pad;
import dev.miser.ir.op.Reshape;
import dev.miser.ir.op.Reverse;
import dev.miser.ir.op.Slice;
import dev.miser.ir.op.Transpose;
import dev.miser.ir.op.UnpackPanels;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;

/** Where operations that only move elements take each of them from. */
final class LayoutMeaning {
  private LayoutMeaning() {}

  static Tensor of(Layout layout, Operands in) {
    TensorType type = layout.inferType();
    return switch (layout) {
      case Broadcast op -> Positions.pick(in.of(op.x()), type, broadcast(op));
      case Reshape op -> in.of(op.x()).withType(type);
      case Transpose op -> Positions.pick(in.of(op.x()), type, transpose(op, type));
      case Slice op -> Positions.pick(in.of(op.x()), type, slice(op, type));
      case Pad op -> Positions.pick(in.of(op.x()), type, pad(op, type), in.of(op.fill()));
      case Concat op -> concat(op, type, in);
      case Reverse op -> Positions.pick(in.of(op.x()), type, reverse(op, type));
      case PackPanels op -> pack(op, type, in.of(op.x()));
      case UnpackPanels op -> Positions.pick(in.of(op.x()), type, unpack(op, type));
    };
  }

  private static int[] broadcast(Broadcast op) {
    Shape from = op.x().type().shape();
    int[][] axes = new int[op.shape().rank()][];
    for (int axis = 0; axis < axes.length; axis++) {
      int source = op.dims().indexOf(axis);
      int stride = source < 0 || from.dim(source) == 1 ? 0 : Positions.stride(from, source);
      axes[axis] = Positions.axis(op.shape().dim(axis), i -> i * stride);
    }
    return Positions.sum(axes);
  }

  private static int[] transpose(Transpose op, TensorType type) {
    int[][] axes = new int[type.rank()][];
    for (int axis = 0; axis < axes.length; axis++) {
      int stride = Positions.stride(op.x().type().shape(), op.permutation().get(axis));
      axes[axis] = Positions.axis(type.dim(axis), i -> i * stride);
    }
    return Positions.sum(axes);
  }

  private static int[] slice(Slice op, TensorType type) {
    int[][] axes = new int[type.rank()][];
    for (int axis = 0; axis < axes.length; axis++) {
      int stride = Positions.stride(op.x().type().shape(), axis);
      int start = Math.toIntExact(op.start().get(axis));
      int step = Math.toIntExact(op.stride().get(axis));
      axes[axis] = Positions.axis(type.dim(axis), i -> (start + i * step) * stride);
    }
    return Positions.sum(axes);
  }

  private static int[] reverse(Reverse op, TensorType type) {
    int[][] axes = new int[type.rank()][];
    for (int axis = 0; axis < axes.length; axis++) {
      int stride = Positions.stride(type.shape(), axis);
      int last = Math.toIntExact(type.dim(axis)) - 1;
      boolean reversed = op.axes().contains(axis);
      axes[axis] = Positions.axis(type.dim(axis), i -> (reversed ? last - i : i) * stride);
    }
    return Positions.sum(axes);
  }

  private static int[] pad(Pad op, TensorType type) {
    int[][] axes = new int[type.rank()][];
    for (int axis = 0; axis < axes.length; axis++) {
      int stride = Positions.stride(op.x().type().shape(), axis);
      long size = op.x().type().dim(axis);
      long low = op.low().get(axis);
      long spacing = op.interior().get(axis) + 1;
      axes[axis] =
          Positions.axis(
              type.dim(axis),
              i -> {
                long from = i - low;
                boolean inside = from >= 0 && from % spacing == 0 && from / spacing < size;
                return inside ? Math.toIntExact(from / spacing) * stride : Positions.OUTSIDE;
              });
    }
    return Positions.sum(axes);
  }

  private static Tensor concat(Concat op, TensorType type, Operands in) {
    Tensor result =
        type.element().isFloat()
            ? Tensor.ofDoubles(type, new double[Tensor.count(type)])
            : Tensor.ofLongs(type, new long[Tensor.count(type)]);
    int outer = Math.toIntExact(type.shape().elementCount(0, op.axis()));
    int whole = outer == 0 ? 0 : Tensor.count(type) / outer;
    int start = 0;
    for (Value input : op.inputs()) {
      int part = outer == 0 ? 0 : Tensor.count(input.type()) / outer;
      for (int i = 0; i < outer; i++) {
        System.arraycopy(
            elements(in.of(input)), i * part, elements(result), i * whole + start, part);
      }
      start += part;
    }
    return result;
  }

  private static Object elements(Tensor tensor) {
    return tensor.type().element().isFloat() ? tensor.doubles() : tensor.longs();
  }

  private static Tensor pack(PackPanels op, TensorType type, Tensor x) {
    int rank = op.x().type().rank();
    int rows = Math.toIntExact(op.x().type().dim(rank - 2));
    int columns = Math.toIntExact(op.x().type().dim(rank - 1));
    int k = op.transpose() ? columns : rows;
    int n = op.transpose() ? rows : columns;
    int width = Math.toIntExact(op.width());
    int panels = Math.toIntExact(type.dim(rank - 2));
    int[] from = new int[Tensor.count(type)];
    for (int i = 0; i < from.length; i++) {
      int column = i / (k * width) % panels * width + i % width;
      int row = i / width % k;
      int matrix = i / (panels * k * width);
      int within = op.transpose() ? column * k + row : row * n + column;
      from[i] = column < n ? matrix * k * n + within : Positions.OUTSIDE;
    }
    TensorType scalar = type.withShape(Shape.SCALAR);
    Tensor zero =
        type.element().isFloat() ? Tensor.ofDoubles(scalar, 0.0) : Tensor.ofLongs(scalar, 0L);
    return Positions.pick(x, type, from, zero);
  }

  private static int[] unpack(UnpackPanels op, TensorType type) {
    int rank = op.x().type().rank();
    int panels = Math.toIntExact(op.x().type().dim(rank - 3));
    int k = Math.toIntExact(op.x().type().dim(rank - 2));
    int width = Math.toIntExact(op.x().type().dim(rank - 1));
    int n = Math.toIntExact(op.columns());
    int[] from = new int[Tensor.count(type)];
    for (int i = 0; i < from.length; i++) {
      int row = op.transpose() ? i % k : i / n % k;
      int column = op.transpose() ? i / k % n : i % n;
      int panel = i / (k * n) * panels + column / width;
      from[i] = (panel * k + row) * width + column % width;
    }
    return from;
  }
}
