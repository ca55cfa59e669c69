package dev.miser.ir.op;

import dev.miser.ir.diag.Code;
import dev.miser.ir.type.TensorType;

/**
 * Normalizes each sample's groups of channels (axis 1) by their own mean and population variance,
 * then scales and shifts each channel; as many groups as channels is instance normalization.
 */
public record GroupNorm(
    Value x, Value scale, Value bias, long groups, @Default("1e-5") double epsilon)
    implements Normalization {
  @Override
  public TensorType inferType() {
    Require.isFloat(x);
    Require.rank(x, x.type().rank() >= 2, "at least 2");
    Require.atLeast("groups", groups, 1);
    Require.that(x.type().dim(1) % groups == 0, Code.CONV_GROUPS, x.type().dim(1), groups);
    TensorType expected = x.type().withShape(x.type().dim(1));
    Require.that(scale.type().equals(expected), Code.NORM_SHAPE, "scale", scale.type(), expected);
    Require.that(bias.type().equals(expected), Code.NORM_SHAPE, "bias", bias.type(), expected);
    Require.value("epsilon", epsilon, epsilon >= 0, "at least 0");
    return x.type();
  }
}
