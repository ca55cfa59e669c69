package dev.miser.ir.op;

import dev.miser.ir.diag.Code;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import org.jspecify.annotations.Nullable;

/**
 * {@code (x - mean) / sqrt(variance + epsilon) * scale + bias} over the last axes, as many as
 * {@code scale} has; population variance.
 */
public record LayerNorm(Value x, Value scale, @Nullable Value bias, @Default("1e-5") double epsilon)
    implements Normalization {
  @Override
  public TensorType inferType() {
    Require.isFloat(x);
    int rank = x.type().rank();
    int normalized = scale.type().rank();
    Require.rank(scale, normalized >= 1 && normalized <= rank, "1 to " + rank);
    TensorType expected =
        x.type().withShape(new Shape(x.type().shape().dims().subList(rank - normalized, rank)));
    Require.that(scale.type().equals(expected), Code.NORM_SHAPE, "scale", scale.type(), expected);
    if (bias != null) {
      Require.that(bias.type().equals(expected), Code.NORM_SHAPE, "bias", bias.type(), expected);
    }
    Require.value("epsilon", epsilon, epsilon >= 0, "at least 0");
    return x.type();
  }
}
