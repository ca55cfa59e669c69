package dev.miser.ir.op;

import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;

/**
 * Changes the element type: to a float by rounding to nearest even; float to integer toward zero,
 * saturating, NaN to 0; integer to narrower integer by wrapping; to bool by comparing with zero.
 */
public record Convert(Value x, ElementType to) implements Elementwise {
  @Override
  public TensorType inferType() {
    return x.type().withElement(to);
  }
}
