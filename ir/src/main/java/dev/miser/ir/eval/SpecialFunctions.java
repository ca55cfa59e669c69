package dev.miser.ir.eval;

/** Functions of a double that the Java library does not have, to nearly its last bit. */
final class SpecialFunctions {
  /** Where the error function changes from its series to the continued fraction. */
  private static final double ERF_SERIES_LIMIT = 2;

  private static final double TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);
  private static final double LOG_2 = StrictMath.log(2);

  private SpecialFunctions() {}

  static double erf(double x) {
    double size = Math.abs(x);
    if (size < ERF_SERIES_LIMIT) {
      return erfSeries(x);
    }
    return Double.isNaN(x) ? x : Math.copySign(1 - erfcFraction(size), x);
  }

  /** Returns 1 - erf(x), not losing what is small. */
  static double erfc(double x) {
    if (Math.abs(x) < ERF_SERIES_LIMIT) {
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
    int terms = 16 + (int) (480 / (x * x));
    double fraction = x;
    for (int n = terms; n >= 1; n--) {
      fraction = x + n / 2.0 / fraction;
    }
    return expOfNegativeSquare(x) * TWO_OVER_ROOT_PI / 2 / fraction;
  }

  /** The rounding error of x^2 would otherwise grow with x. */
  private static double expOfNegativeSquare(double x) {
    double square = x * x;
    double error = Math.fma(x, x, -square);
    return StrictMath.exp(-square) * (1 - error);
  }

  static double asinh(double x) {
    double size = Math.abs(x);
    if (size > 0x1p28) {
      return Math.copySign(StrictMath.log(size) + LOG_2, x);
    }
    double square = size * size;
    return Math.copySign(StrictMath.log1p(size + square / (1 + Math.sqrt(1 + square))), x);
  }

  static double acosh(double x) {
    if (x > 0x1p28) {
      return StrictMath.log(x) + LOG_2;
    }
    double above = x - 1;
    return StrictMath.log1p(above + Math.sqrt(2 * above + above * above));
  }

  static double atanh(double x) {
    double size = Math.abs(x);
    return Math.copySign(StrictMath.log1p(2 * size / (1 - size)) / 2, x);
  }

  static double sigmoid(double x) {
    // Of a negative number, exp(-x) may overflow where the result does not.
    return x >= 0 ? 1 / (1 + StrictMath.exp(-x)) : StrictMath.exp(x) / (1 + StrictMath.exp(x));
  }

  static double softplus(double x) {
    return Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
  }

  static double gelu(double x) {
    return x / 2 * erfc(-x / Math.sqrt(2));
  }

  /** x / 2 (1 + tanh u) = x sigmoid(2 u), which does not cancel. */
  static double geluTanh(double x) {
    return x * sigmoid(2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x));
  }
}
