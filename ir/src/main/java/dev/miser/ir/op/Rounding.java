package dev.miser.ir.op;

/** Rounding of doubles to the sixteen-bit float formats: to nearest, ties to even, once. */
public final class Rounding {
  private Rounding() {}

  /** Returns the float whose upper sixteen bits are {@code bits}. */
  public static float bfloat16ToFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** Returns the bfloat16 nearest to {@code value}. */
  public static short doubleToBfloat16(double value) {
    float odd = toOdd(value);
    int bits = Float.floatToRawIntBits(odd);
    if (Float.isNaN(odd)) {
      return (short) (bits >>> 16 | 0x40);
    }
    int rounded = bits + 0x7fff + (bits >>> 16 & 1);
    return (short) (rounded >>> 16);
  }

  /** Returns the IEEE half-precision number nearest to {@code value}. */
  public static short doubleToFloat16(double value) {
    return Float.floatToFloat16(toOdd(value));
  }

  /**
   * Rounds to float "to odd": an inexact result gets an odd last bit, so that rounding it again to
   * a format at least two bits shorter gives what rounding once would have given.
   */
  private static float toOdd(double value) {
    float nearest = (float) value;
    if (Double.isNaN(value) || nearest == value) {
      return nearest;
    }
    if (Float.isInfinite(nearest)) {
      return nearest;
    }
    float towardZero =
        Math.abs((double) nearest) > Math.abs(value)
            ? Float.intBitsToFloat(Float.floatToRawIntBits(nearest) - 1)
            : nearest;
    return Float.intBitsToFloat(Float.floatToRawIntBits(towardZero) | 1);
  }
}
