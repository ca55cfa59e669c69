package dev.miser.ir.op;

import dev.miser.ir.type.TensorType;

/** The running sum or product along an axis; {@code exclusive} leaves the element itself out. */
public record Cumulative(
    Kind kind,
    Value x,
    int axis,
    @Default("false") boolean exclusive,
    @Default("false") boolean reverse)
    implements Reduction {
  /** How elements combine. */
  public enum Kind implements Mnemonic {
    CUMULATIVE_SUM,
    CUMULATIVE_PRODUCT
  }

  @Override
  public TensorType inferType() {
    Require.isNumeric(x);
    Require.axis(axis, x.type().rank());
    return x.type();
  }
}
