package dev.miser.ir.op;

import dev.miser.ir.diag.Code;
import dev.miser.ir.type.TensorType;

/**
 * {@code (x - mean) / sqrt(variance + epsilon) * scale + bias} per channel (axis 1), statistics
 * given.
 */
public record BatchNorm(
    Value x, Value scale, Value bias, Value mean, Value variance, @Default("1e-5") double epsilon)
    implements Normalization {
  @Override
  public TensorType inferType() {
    Require.isFloat(x);
    Require.rank(x, x.type().rank() >= 2, "at least 2");
    TensorType expected = x.type().withShape(x.type().dim(1));
    Require.that(scale.type().equals(expected), Code.NORM_SHAPE, "scale", scale.type(), expected);
    Require.that(bias.type().equals(expected), Code.NORM_SHAPE, "bias", bias.type(), expected);
    Require.that(mean.type().equals(expected), Code.NORM_SHAPE, "mean", mean.type(), expected);
    Require.that(
        variance.type().equals(expected), Code.NORM_SHAPE, "variance", variance.type(), expected);
    Require.value("epsilon", epsilon, epsilon >= 0, "at least 0");
    return x.type();
  }
}
