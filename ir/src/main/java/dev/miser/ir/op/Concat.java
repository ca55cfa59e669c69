package dev.miser.ir.op;

import dev.miser.ir.diag.Code;
import dev.miser.ir.type.TensorType;
import java.util.List;

/** Puts the operands after each other along {@code axis}. */
public record Concat(List<Value> inputs, int axis) implements Layout {
  public Concat {
    inputs = List.copyOf(inputs);
  }

  @Override
  public TensorType inferType() {
    Require.that(!inputs.isEmpty(), Code.CONCAT_EMPTY);
    TensorType first = inputs.getFirst().type();
    Require.axis(axis, first.rank());
    long size = 0;
    for (Value input : inputs) {
      Require.that(
          input.type().element() == first.element()
              && input.type().rank() == first.rank()
              && input.type().shape().with(axis, first.dim(axis)).equals(first.shape()),
          Code.CONCAT_SHAPE,
          input.type(),
          first,
          axis);
      size += input.type().dim(axis);
    }
    return first.withShape(first.shape().with(axis, size));
  }
}
