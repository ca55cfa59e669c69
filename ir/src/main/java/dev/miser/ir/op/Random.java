package dev.miser.ir.op;

import dev.miser.ir.diag.Code;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;

/**
 * Counter-based random numbers (Philox4x32-10; Salmon et al., SC 2011): element i depends only on
 * the scalar key and on i, so that computing it again replays it. {@code random_uniform} is in [0,
 * 1), {@code random_normal} has mean 0 and variance 1 (Box-Muller), {@code random_bits} is all bits
 * of an integer type.
 */
public record Random(Kind kind, Value key, TensorType type) implements Source {
  /** What is drawn. */
  public enum Kind implements Mnemonic {
    RANDOM_UNIFORM,
    RANDOM_NORMAL,
    RANDOM_BITS
  }

  @Override
  public TensorType inferType() {
    Require.isScalar(key);
    Require.element(key, key.type().element() == ElementType.I64, "i64");
    Require.that(
        kind == Kind.RANDOM_BITS ? type.element().isInteger() : type.element().isFloat(),
        Code.TYPE_ELEMENT,
        type.element(),
        kind == Kind.RANDOM_BITS ? "an integer type" : "a float type");
    return type;
  }
}
