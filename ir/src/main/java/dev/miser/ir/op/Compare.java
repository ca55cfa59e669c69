package dev.miser.ir.op;

import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;

/** Compares elements; any comparison with NaN is false save {@code not_equal}. */
public record Compare(Kind kind, Value lhs, Value rhs) implements Elementwise {
  /** The relation. */
  public enum Kind implements Mnemonic {
    EQUAL,
    NOT_EQUAL,
    LESS,
    LESS_EQUAL,
    GREATER,
    GREATER_EQUAL
  }

  @Override
  public TensorType inferType() {
    if (kind != Kind.EQUAL && kind != Kind.NOT_EQUAL) {
      Require.isNumeric(lhs);
    }
    Require.sameType(lhs, rhs);
    return lhs.type().withElement(ElementType.BOOL);
  }
}
