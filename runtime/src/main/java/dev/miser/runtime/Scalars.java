package dev.miser.runtime;

/**
 * Scalar functions that emitted code calls and that the JDK does not have, or not with fixed bits.
 */
public final class Scalars {
  private static final double TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);
  private static final double LOG_2 = StrictMath.log(2);

  private Scalars() {}

  // Sixteen-bit floats.

  /** Returns the float whose upper sixteen bits are {@code bits}. */
  public static float bfloat16ToFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** Returns the bfloat16 nearest to {@code value}, ties to even. */
  public static short floatToBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }

  /** Rounds to the nearest bfloat16, ties to even. */
  public static float roundToBfloat16(float value) {
    return bfloat16ToFloat(floatToBfloat16(value));
  }

  /** Rounds to the nearest half-precision number, ties to even. */
  public static float roundToFloat16(float value) {
    return Float.float16ToFloat(Float.floatToFloat16(value));
  }

  /** Rounds a double once to the nearest bfloat16. */
  public static float doubleToBfloat16(double value) {
    return roundToBfloat16(oddFloat(value));
  }

  /** Rounds a double once to the nearest half-precision number. */
  public static float doubleToFloat16(double value) {
    return roundToFloat16(oddFloat(value));
  }

  /** Rounds so that an inexact result has an odd last bit: rounding it again is then right. */
  private static float oddFloat(double value) {
    float nearest = (float) value;
    if (Double.isNaN(value) || nearest == value || Float.isInfinite(nearest)) {
      return nearest;
    }
    float towardZero =
        Math.abs((double) nearest) > Math.abs(value)
            ? Float.intBitsToFloat(Float.floatToRawIntBits(nearest) - 1)
            : nearest;
    return Float.intBitsToFloat(Float.floatToRawIntBits(towardZero) | 1);
  }

  // Integers.

  /** Returns a long as a double that rounds again as the long itself would. */
  public static double toOdd(long value) {
    return value < 0 ? -unsignedToOdd(-value) : unsignedToOdd(value);
  }

  /** Returns an unsigned long as a double that rounds again as the number itself would. */
  public static double unsignedToOdd(long value) {
    if (value >= 0 && value < 1L << 53) {
      return value;
    }
    // The lowest bits only decide ties: one bit that says "not zero" stands for them.
    long sticky = (value & 0x7ff) != 0 ? 0x800 : 0;
    return unsignedToDouble((value & ~0x7ffL) | sticky);
  }

  /** Returns the double nearest to an unsigned long. */
  public static double unsignedToDouble(long value) {
    // Halved, with the bit that falls out kept in the last place, it has a sign bit of 0.
    return value >= 0 ? value : (double) (value >>> 1 | (value & 1)) * 2;
  }

  /** Returns the float nearest to an unsigned long. */
  public static float unsignedToFloat(long value) {
    return value >= 0 ? value : (float) (value >>> 1 | (value & 1)) * 2;
  }

  /** Returns a number toward zero as an unsigned long, saturated; NaN becomes 0. */
  public static long toUnsignedLong(double value) {
    if (value >= 0x1p64) {
      return -1;
    }
    return value >= 0x1p63 ? (long) (value - 0x1p63) | Long.MIN_VALUE : Math.max((long) value, 0);
  }

  /** Returns base to the exponent; to a negative one 0, save of 1 and -1. */
  public static long power(long base, long exponent) {
    if (exponent < 0) {
      boolean odd = (exponent & 1) != 0;
      return base == 1 ? 1 : base == -1 ? (odd ? -1 : 1) : 0;
    }
    return powerUnsigned(base, exponent);
  }

  /** Returns base to an unsigned exponent. */
  public static long powerUnsigned(long base, long exponent) {
    long result = 1;
    long square = base;
    for (long left = exponent; left != 0; left >>>= 1) {
      if ((left & 1) != 0) {
        result *= square;
      }
      square *= square;
    }
    return result;
  }

  /** Shifts left; by a negative count or the width and more gives 0. */
  public static long shiftLeft(long value, long count, int width) {
    return count >= 0 && count < width ? value << count : 0;
  }

  /** Shifts right; by a negative count or the width and more leaves the sign. */
  public static long shiftRight(long value, long count, int width) {
    return value >> (count >= 0 && count < width ? count : 63);
  }

  /** Shifts right without a sign; by a negative count or the width and more gives 0. */
  public static long shiftRightUnsigned(long value, long count, int width) {
    return count >= 0 && count < width ? value >>> count : 0;
  }

  // Functions of doubles; of floats too, rounded by the caller.

  public static double pow(double x, double y) {
    return StrictMath.pow(x, y);
  }

  public static double atan2(double y, double x) {
    return StrictMath.atan2(y, x);
  }

  /** Remainder of division toward minus infinity: the sign of the divisor. */
  public static double floorRemainder(double x, double y) {
    double remainder = x % y;
    if (remainder == 0) {
      return Math.copySign(0, y);
    }
    return (remainder < 0) == (y < 0) ? remainder : remainder + y;
  }

  public static double exp(double x) {
    return StrictMath.exp(x);
  }

  public static double expm1(double x) {
    return StrictMath.expm1(x);
  }

  public static double log(double x) {
    return StrictMath.log(x);
  }

  public static double log1p(double x) {
    return StrictMath.log1p(x);
  }

  public static double sin(double x) {
    return StrictMath.sin(x);
  }

  public static double cos(double x) {
    return StrictMath.cos(x);
  }

  public static double tan(double x) {
    return StrictMath.tan(x);
  }

  public static double asin(double x) {
    return StrictMath.asin(x);
  }

  public static double acos(double x) {
    return StrictMath.acos(x);
  }

  public static double atan(double x) {
    return StrictMath.atan(x);
  }

  public static double sinh(double x) {
    return StrictMath.sinh(x);
  }

  public static double cosh(double x) {
    return StrictMath.cosh(x);
  }

  public static double tanh(double x) {
    return StrictMath.tanh(x);
  }

  public static double floor(double x) {
    return StrictMath.floor(x);
  }

  public static double ceil(double x) {
    return StrictMath.ceil(x);
  }

  public static double roundHalfEven(double x) {
    return StrictMath.rint(x);
  }

  public static double truncate(double x) {
    return x < 0 ? StrictMath.ceil(x) : StrictMath.floor(x);
  }

  public static double asinh(double x) {
    double size = Math.abs(x);
    if (size > 0x1p28) {
      return Math.copySign(StrictMath.log(size) + LOG_2, x);
    }
    double square = size * size;
    return Math.copySign(StrictMath.log1p(size + square / (1 + Math.sqrt(1 + square))), x);
  }

  public static double acosh(double x) {
    if (x > 0x1p28) {
      return StrictMath.log(x) + LOG_2;
    }
    double above = x - 1;
    return StrictMath.log1p(above + Math.sqrt(2 * above + above * above));
  }

  public static double atanh(double x) {
    double size = Math.abs(x);
    return Math.copySign(StrictMath.log1p(2 * size / (1 - size)) / 2, x);
  }

  public static double sigmoid(double x) {
    // Of a negative number, exp(-x) may overflow where the result does not.
    double e = StrictMath.exp(-Math.abs(x));
    return x >= 0 ? 1 / (1 + e) : e / (1 + e);
  }

  public static double silu(double x) {
    return x * sigmoid(x);
  }

  public static double softplus(double x) {
    return Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
  }

  public static double gelu(double x) {
    return x / 2 * erfc(-x / Math.sqrt(2));
  }

  /** x / 2 (1 + tanh u) = x sigmoid(2 u), which does not cancel. */
  public static double geluTanh(double x) {
    return x * sigmoid(2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x));
  }

  public static double erf(double x) {
    double size = Math.abs(x);
    if (size < 2) {
      return erfSeries(x);
    }
    return Double.isNaN(x) ? x : Math.copySign(1 - erfcFraction(size), x);
  }

  private static double erfc(double x) {
    if (Math.abs(x) < 2) {
      return 1 - erfSeries(x);
    }
    return x > 0 ? erfcFraction(x) : 2 - erfcFraction(-x);
  }

  /** erf(x) = 2 / sqrt(pi) exp(-x^2) sum over n of 2^n x^(2n+1) / (1 3 5 ... (2n+1)). */
  private static double erfSeries(double x) {
    double square = x * x;
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > Math.abs(sum) * 0x1p-56; n++) {
      term *= 2 * square / (2 * n + 1);
      sum += term;
    }
    return TWO_OVER_ROOT_PI * expOfNegativeSquare(x) * sum;
  }

  /** erfc(x) = exp(-x^2) / sqrt(pi) / (x + 1/2 / (x + 2/2 / (x + 3/2 / (x + ...)))). */
  private static double erfcFraction(double x) {
    if (x > 28) {
      return 0;
    }
    double fraction = x;
    for (int n = 16 + (int) (480 / (x * x)); n >= 1; n--) {
      fraction = x + n / 2.0 / fraction;
    }
    return expOfNegativeSquare(x) * TWO_OVER_ROOT_PI / 2 / fraction;
  }

  /** The rounding error of x^2 would otherwise grow with x. */
  private static double expOfNegativeSquare(double x) {
    double square = x * x;
    return StrictMath.exp(-square) * (1 - Math.fma(x, x, -square));
  }
}
