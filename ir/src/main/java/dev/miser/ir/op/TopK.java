package dev.miser.ir.op;

import dev.miser.ir.diag.Code;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;

/**
 * The k first elements of the descending order (ascending unless {@code largest}), or their
 * indices.
 */
public record TopK(Kind kind, Value x, long k, int axis, @Default("true") boolean largest)
    implements Ordering {
  /** Which result is wanted. */
  public enum Kind implements Mnemonic {
    TOP_K,
    TOP_K_INDICES
  }

  @Override
  public TensorType inferType() {
    Require.isNumeric(x);
    Require.axis(axis, x.type().rank());
    Require.that(k >= 0 && k <= x.type().dim(axis), Code.TOP_K_SIZE, k, x.type().dim(axis));
    TensorType values = x.type().withShape(x.type().shape().with(axis, k));
    return kind == Kind.TOP_K ? values : values.withElement(ElementType.I64);
  }
}
