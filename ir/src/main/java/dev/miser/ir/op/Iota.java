package dev.miser.ir.op;

import dev.miser.ir.diag.Code;
import dev.miser.ir.type.TensorType;

/** Each element is its own index along {@code axis}, converted to the type. */
public record Iota(TensorType type, int axis) implements Source {
  @Override
  public TensorType inferType() {
    Require.axis(axis, type.rank());
    Require.that(!type.element().isBoolean(), Code.TYPE_ELEMENT, type.element(), "a number type");
    return type;
  }
}
