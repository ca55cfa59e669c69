package dev.miser.ir.op;

import dev.miser.ir.type.TensorType;

/** A value known at compile time. */
public record Constant(Literal value) implements Source {
  @Override
  public TensorType inferType() {
    return value.type();
  }
}
