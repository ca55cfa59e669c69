package dev.miser.ir.op;

import dev.miser.ir.diag.Code;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.List;

/**
 * The index of the largest or smallest element along an axis: the first, or the last with {@code
 * last}. NaN wins; -0 is equal to 0.
 */
public record ArgReduce(Kind kind, Value x, int axis, @Default("false") boolean last)
    implements Reduction {
  /** Which element is looked for. */
  public enum Kind implements Mnemonic {
    ARG_MAX,
    ARG_MIN
  }

  @Override
  public TensorType inferType() {
    Require.isNumeric(x);
    Require.axis(axis, x.type().rank());
    Require.that(x.type().dim(axis) > 0, Code.REDUCE_EMPTY, mnemonic());
    return x.type().withElement(ElementType.I64).withShape(x.type().shape().without(List.of(axis)));
  }
}
