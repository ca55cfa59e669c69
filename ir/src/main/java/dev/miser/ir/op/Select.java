package dev.miser.ir.op;

import dev.miser.ir.type.TensorType;

/** {@code onTrue} where the condition holds, else {@code onFalse}. */
public record Select(Value condition, Value onTrue, Value onFalse) implements Elementwise {
  @Override
  public TensorType inferType() {
    Require.isBoolean(condition);
    Require.sameType(onTrue, onFalse);
    Require.sameShape(condition, onTrue);
    return onTrue.type();
  }
}
