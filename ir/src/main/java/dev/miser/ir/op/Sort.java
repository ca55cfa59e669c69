package dev.miser.ir.op;

import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;

/**
 * The elements along an axis in order ({@code sort}), or where they stood ({@code sort_indices}).
 */
public record Sort(Kind kind, Value x, int axis, @Default("false") boolean descending)
    implements Ordering {
  /** Which result is wanted. */
  public enum Kind implements Mnemonic {
    SORT,
    SORT_INDICES
  }

  @Override
  public TensorType inferType() {
    Require.isNumeric(x);
    Require.axis(axis, x.type().rank());
    return kind == Kind.SORT ? x.type() : x.type().withElement(ElementType.I64);
  }
}
