package dev.miser.ir.eval;

import dev.miser.ir.type.ElementType;

/** What an element becomes under another type. */
final class Conversions {
  private Conversions() {}

  /** Returns the value that the lowest bits of {@code bits}, as many as the type has, stand for. */
  static long wrap(long bits, ElementType element) {
    return switch (element) {
      case I64, U64 -> bits;
      case I32 -> (int) bits;
      case I16 -> (short) bits;
      case I8 -> (byte) bits;
      case U32 -> bits & 0xffffffffL;
      case U16 -> bits & 0xffffL;
      case U8 -> bits & 0xffL;
      case BOOL -> bits & 1;
      case F32, F64, F16, BF16 ->
          throw new IllegalArgumentException("not an integer type: " + element);
    };
  }

  /** Returns a number toward zero, saturated; NaN becomes 0. To bool: whether it is not 0. */
  static long toInteger(double value, ElementType element) {
    return switch (element) {
      case I64 -> (long) value;
      case I32 -> (int) value;
      case I16 -> Math.clamp((long) value, Short.MIN_VALUE, Short.MAX_VALUE);
      case I8 -> Math.clamp((long) value, Byte.MIN_VALUE, Byte.MAX_VALUE);
      case U64 -> toUnsigned(value);
      case U32 -> Math.clamp((long) value, 0, 0xffffffffL);
      case U16 -> Math.clamp((long) value, 0L, 0xffffL);
      case U8 -> Math.clamp((long) value, 0L, 0xffL);
      case BOOL -> value != 0 ? 1 : 0;
      case F32, F64, F16, BF16 ->
          throw new IllegalArgumentException("not an integer type: " + element);
    };
  }

  private static long toUnsigned(double value) {
    if (value >= 0x1p64) {
      return -1;
    }
    return value >= 0x1p63 ? (long) (value - 0x1p63) | Long.MIN_VALUE : Math.max((long) value, 0);
  }

  /**
   * Returns an integer as a double: to nearest even, or, where the result is rounded again, such
   * that rounding it to a shorter format gives what rounding once would have given.
   */
  static double toFloat(long value, ElementType from, Precision precision) {
    boolean negative = value < 0 && !from.isUnsigned();
    long magnitude = negative ? -value : value;
    if (magnitude >= 0 && magnitude < 1L << 53) {
      return value;
    }
    if (precision == Precision.DECLARED) {
      // The lowest bits only decide ties: one bit that says "not zero" stands for them.
      long sticky = (magnitude & 0x7ff) != 0 ? 0x800 : 0;
      magnitude = (magnitude & ~0x7ffL) | sticky;
    }
    // Halved, with the bit that falls out kept in the last place, the magnitude has a sign bit of
    // 0.
    double unsigned = magnitude >= 0 ? magnitude : (double) (magnitude >>> 1 | (magnitude & 1)) * 2;
    return negative ? -unsigned : unsigned;
  }
}
