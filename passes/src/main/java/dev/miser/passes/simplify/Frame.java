package dev.miser.passes.simplify;

import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Reshape;
import dev.miser.ir.op.Transpose;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Two shapes for the same elements: {@code inner}, in which they were made, and {@code outer}, into
 * which a layout operation brings them.
 */
sealed interface Frame {
  Shape inner();

  Shape outer();

  /** Returns the operation that brings a value of the inner shape to the outer one. */
  Op out(Value value);

  /** Returns the axis of the inner shape that is this axis of the outer one, or -1. */
  int innerAxis(int outerAxis);

  /** A reshape. */
  record Reshaped(Shape inner, Shape outer) implements Frame {
    @Override
    public Op out(Value value) {
      return new Reshape(value, outer);
    }

    @Override
    public int innerAxis(int outerAxis) {
      long before = outer.elementCount(0, outerAxis);
      long size = outer.dim(outerAxis);
      for (int axis = 0; axis < inner.rank(); axis++) {
        if (inner.dim(axis) == size && inner.elementCount(0, axis) == before) {
          return axis;
        }
      }
      return -1;
    }
  }

  /** A transpose. */
  record Transposed(Shape inner, Shape outer, List<Integer> permutation) implements Frame {
    @Override
    public Op out(Value value) {
      return new Transpose(value, permutation);
    }

    @Override
    public int innerAxis(int outerAxis) {
      return permutation.get(outerAxis);
    }
  }

  /** Returns the frame of a layout operation and what it is applied to, or null. */
  static @Nullable Frame of(@Nullable Op op) {
    return switch (op) {
      case Reshape(var x, var shape) -> new Reshaped(x.type().shape(), shape);
      case Transpose transpose ->
          new Transposed(
              transpose.x().type().shape(), transpose.inferType().shape(), transpose.permutation());
      // Only these two keep all elements, each once.
      case null, default -> null;
    };
  }

  /** Returns the broadcast to the inner shape that corresponds to one to the outer, or null. */
  default @Nullable Broadcast in(Broadcast broadcast) {
    if (outer().elementCount() == 0) {
      return null;
    }
    var dims = new ArrayList<Integer>();
    for (int axis : broadcast.dims()) {
      int inner = innerAxis(axis);
      if (inner < 0) {
        return null;
      }
      dims.add(inner);
    }
    return LayoutRules.isIncreasing(dims) ? new Broadcast(broadcast.x(), inner(), dims) : null;
  }
}
