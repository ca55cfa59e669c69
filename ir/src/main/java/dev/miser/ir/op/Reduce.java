package dev.miser.ir.op;

import dev.miser.ir.diag.Code;
import dev.miser.ir.type.TensorType;
import java.util.List;

/**
 * Combines all elements along {@code axes}, which the result no longer has. Of no elements the sum
 * is 0, the product 1, the mean NaN, {@code reduce_and} true and {@code reduce_or} false.
 */
public record Reduce(Kind kind, Value x, List<Integer> axes) implements Reduction {
  /** How elements combine. */
  public enum Kind implements Mnemonic {
    REDUCE_SUM,
    REDUCE_MEAN,
    REDUCE_PRODUCT,
    /** NaN if any is NaN. */
    REDUCE_MAX,
    /** NaN if any is NaN. */
    REDUCE_MIN,
    /** Whether all are true. */
    REDUCE_AND,
    /** Whether any is true. */
    REDUCE_OR
  }

  public Reduce {
    axes = List.copyOf(axes);
  }

  @Override
  public TensorType inferType() {
    switch (kind) {
      case REDUCE_SUM, REDUCE_PRODUCT, REDUCE_MAX, REDUCE_MIN -> Require.isNumeric(x);
      case REDUCE_MEAN -> Require.isFloat(x);
      case REDUCE_AND, REDUCE_OR -> Require.isBoolean(x);
    }
    Require.axes(axes, x.type().rank());
    if (kind == Kind.REDUCE_MAX || kind == Kind.REDUCE_MIN) {
      for (int axis : axes) {
        Require.that(x.type().dim(axis) > 0, Code.REDUCE_EMPTY, mnemonic());
      }
    }
    return x.type().withShape(x.type().shape().without(axes));
  }
}
