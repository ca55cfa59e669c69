package dev.miser.ir.op;

import dev.miser.ir.diag.Code;

/** Rules shared by gathers and scatters. */
final class Indices {
  private Indices() {}

  /** Requires indices of the operand's rank that are no longer than it along other axes. */
  static void requireWithin(Value x, Value indices, int axis) {
    boolean within = indices.type().rank() == x.type().rank();
    for (int i = 0; within && i < x.type().rank(); i++) {
      within = i == axis || indices.type().dim(i) <= x.type().dim(i);
    }
    Require.that(within, Code.GATHER_SHAPE, indices.type(), x.type(), axis);
  }
}
