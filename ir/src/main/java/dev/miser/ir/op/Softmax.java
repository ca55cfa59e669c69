package dev.miser.ir.op;

import dev.miser.ir.type.TensorType;

/**
 * {@code exp(x - max) / sum} along an axis, or its logarithm; NaN throughout where the maximum is
 * infinite or any element is NaN.
 */
public record Softmax(Kind kind, Value x, int axis) implements Normalization {
  /** Which of the two. */
  public enum Kind implements Mnemonic {
    SOFTMAX,
    LOG_SOFTMAX
  }

  @Override
  public TensorType inferType() {
    Require.isFloat(x);
    Require.axis(axis, x.type().rank());
    return x.type();
  }
}
