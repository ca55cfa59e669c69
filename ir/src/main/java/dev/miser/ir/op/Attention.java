package dev.miser.ir.op;

import dev.miser.ir.diag.Code;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Scaled dot-product attention {@code softmax(query key^T * scale + bias) value}: query [..., t,
 * d], key [..., s, d], value [..., s, e], result [..., t, e], leading axes equal. The bias has the
 * rank and, axis by axis, the size of the scores [..., t, s] or 1; a boolean one keeps where it is
 * true. {@code causal} keeps positions j <= i. Positions not kept take no part, whatever they hold;
 * a row that keeps none is NaN.
 */
public record Attention(
    Value query,
    Value key,
    Value value,
    @Nullable Value bias,
    double scale,
    @Default("false") boolean causal)
    implements Op {
  @Override
  public TensorType inferType() {
    Require.isFloat(query);
    Require.sameElement(query, key);
    Require.sameElement(query, value);
    int rank = query.type().rank();
    Require.rank(query, rank >= 2, "at least 2");
    Require.that(
        key.type().rank() == rank
            && key.type().dim(rank - 1) == query.type().dim(rank - 1)
            && leading(key).equals(leading(query)),
        Code.ATTENTION_SHAPE,
        "key",
        key.type(),
        leading(query) + " + [s," + query.type().dim(rank - 1) + "]");
    Require.that(
        value.type().rank() == rank
            && value.type().dim(rank - 2) == key.type().dim(rank - 2)
            && leading(value).equals(leading(query)),
        Code.ATTENTION_SHAPE,
        "value",
        value.type(),
        leading(query) + " + [" + key.type().dim(rank - 2) + ",e]");
    Require.that(key.type().dim(rank - 2) > 0, Code.REDUCE_EMPTY, mnemonic());
    if (bias != null) {
      Shape scores = scores();
      boolean fits = bias.type().rank() == rank;
      for (int axis = 0; fits && axis < rank; axis++) {
        fits = bias.type().dim(axis) == 1 || bias.type().dim(axis) == scores.dim(axis);
      }
      Require.that(fits, Code.ATTENTION_SHAPE, "bias", bias.type(), scores + " or 1 an axis");
      Require.element(
          bias,
          bias.type().element().isBoolean() || bias.type().element() == query.type().element(),
          "bool or " + query.type().element());
    }
    return query.type().withShape(query.type().shape().with(rank - 1, value.type().dim(rank - 1)));
  }

  private static Shape leading(Value operand) {
    return new Shape(operand.type().shape().dims().subList(0, operand.type().rank() - 2));
  }

  /** Returns the shape of the scores [..., t, s]. */
  public Shape scores() {
    int rank = query.type().rank();
    var dims = new ArrayList<>(query.type().shape().dims());
    dims.set(rank - 1, key.type().dim(rank - 2));
    return new Shape(dims);
  }
}
