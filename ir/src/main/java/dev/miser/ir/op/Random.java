package dev.miser.ir.op;

import dev.miser.ir.diag.Code;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;

/**
 * Counter-based random numbers (Philox4x32-10; Salmon et al., SC 2011): element i depends only on
 * the scalar key and on i, so that computing it again replays it. {@code random_uniform} is in [0,
 * 1), {@code random_normal} has mean 0 and variance 1 (Box-Muller), {@code random_bits} is all bits
 * of an integer type.
 *
 * <p>Element i takes word i % 4 of the block with counter i / 4; of an eight-byte type words 2 (i %
 * 2), the low half, and the next of the block with counter i / 2. Uniform numbers are the uppermost
 * bits, as many as the format holds (24, 53, 11, 8 for f32, f64, f16, bf16). Normal numbers come in
 * pairs, from u = (a + 1/2) / 2^32 and v = (b + 1/2) / 2^32 of the words a and b of elements 2j and
 * 2j + 1: sqrt(-2 log u) times cos(2 pi v) for element 2j, sin(2 pi v) for 2j + 1; for f64, a and b
 * are the upper 52 bits of words 0 and 1, and of words 2 and 3, of block j, and 2^52 divides.
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
