package dev.miser.ir.op;

import dev.miser.ir.type.TensorType;

/**
 * {@code x / (bias + alpha / size * s)^beta}, s the sum of squares over channels {@code c - (size -
 * 1) / 2 - (size - 1) % 2} to {@code c + (size - 1) / 2}, none outside.
 */
public record LocalResponseNorm(
    Value x, long size, double alpha, double beta, @Default("1.0") double bias)
    implements Normalization {
  @Override
  public TensorType inferType() {
    Require.isFloat(x);
    Require.rank(x, x.type().rank() >= 2, "at least 2");
    Require.atLeast("size", size, 1);
    return x.type();
  }
}
