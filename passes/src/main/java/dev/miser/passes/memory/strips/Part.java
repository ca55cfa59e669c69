package dev.miser.passes.memory.strips;

import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;

/** The elements of a value from {@code from} until before {@code to} along an axis. */
record Part(int axis, long from, long to) {
  long size() {
    return to - from;
  }

  boolean isWholeOf(TensorType type) {
    return from == 0 && to == type.dim(axis);
  }

  /** Returns the smallest part that holds both; both are along one axis. */
  Part hull(Part other) {
    return new Part(axis, Math.min(from, other.from), Math.max(to, other.to));
  }

  TensorType of(TensorType whole) {
    return whole.withShape(of(whole.shape()));
  }

  Shape of(Shape whole) {
    return whole.with(axis, size());
  }
}
