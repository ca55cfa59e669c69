package dev.miser.codegen.vector;

import static dev.miser.codegen.vector.Primitive.ABS;
import static dev.miser.codegen.vector.Primitive.ADD;
import static dev.miser.codegen.vector.Primitive.AND;
import static dev.miser.codegen.vector.Primitive.DIVIDE;
import static dev.miser.codegen.vector.Primitive.EQUAL;
import static dev.miser.codegen.vector.Primitive.FLOAT_BITS;
import static dev.miser.codegen.vector.Primitive.FLOAT_OF_BITS;
import static dev.miser.codegen.vector.Primitive.FMA;
import static dev.miser.codegen.vector.Primitive.LESS;
import static dev.miser.codegen.vector.Primitive.LESS_EQUAL;
import static dev.miser.codegen.vector.Primitive.MULTIPLY;
import static dev.miser.codegen.vector.Primitive.NEGATE;
import static dev.miser.codegen.vector.Primitive.OR;
import static dev.miser.codegen.vector.Primitive.SELECT;
import static dev.miser.codegen.vector.Primitive.SHIFT_LEFT;
import static dev.miser.codegen.vector.Primitive.SHIFT_RIGHT;
import static dev.miser.codegen.vector.Primitive.SUBTRACT;
import static dev.miser.codegen.vector.Primitive.TO_FLOAT;

/**
 * Functions of f32 as straight-line code, each relatively accurate to a few units in the last place
 * over all its arguments. Minimax coefficients are our own, fitted by iterated weighted least
 * squares to forty-digit values.
 */
public final class Functions {
  /** Added to a float of size up to 2^22, it leaves the nearest integer in the lowest bits. */
  private static final double ROUNDER = 0x1.8p23;

  private static final int ROUNDER_BITS = 0x4b400000;
  private static final double LOG_2_HIGH = 0x1.62e4p-1;
  private static final double LOG_2_LOW = 1.42860682e-6;

  /** (exp(r) - 1 - r) / r^2 for |r| up to half of log 2. */
  private static final double[] EXP = {
    0.49999994, 0.166665152, 0.041668456, 0.00836941786, 0.00138131436
  };

  /** The same, nearer. */
  private static final double[] EXPM1 = {
    0.5, 0.166666672, 0.0416663401, 0.00833327137, 0.00139420584, 0.000199150294
  };

  /** (log(1 + f) - f + f^2 / 2) / f^3 for 1 + f between the roots of 1/2 and 2. */
  private static final double[] LOG = {
    0.333333105,
    -0.249999851,
    0.200023055,
    -0.166693479,
    0.142169878,
    -0.123815849,
    0.118835084,
    -0.118112907,
    0.0691654384
  };

  /** erf(x) / x - 1 in x^2 up to 1. */
  private static final double[] ERF = {
    0.128379121, -0.37612325, 0.112801798, -0.0267113112, 0.00491755083, -0.00056314189
  };

  /** exp(a^2 / 2) times the normal distribution at -a, in 1 / (1 + 0.3 a), for a up to 14.6. */
  private static final double[] TAIL = {
    7.40316091e-06,
    0.11948368,
    0.121949069,
    0.0945708901,
    0.142800629,
    -0.0768911019,
    0.228996947,
    -0.169329405,
    0.0384119228
  };

  private Functions() {}

  private static Lane polynomial(Lanes to, Lane x, double[] coefficients) {
    Lane sum = to.f32(coefficients[coefficients.length - 1]);
    for (int i = coefficients.length - 2; i >= 0; i--) {
      sum = to.apply(FMA, sum, x, to.f32(coefficients[i]));
    }
    return sum;
  }

  /** A number as whole * log 2 + rest: the rest, and the whole as an integer. */
  private record Reduced(Lane rest, Lane whole) {}

  private static Reduced reduce(Lanes to, Lane x) {
    Lane shifted = to.apply(FMA, x, to.f32(1 / Math.log(2)), to.f32(ROUNDER));
    Lane whole = to.apply(SUBTRACT, shifted, to.f32(ROUNDER));
    Lane high = to.apply(FMA, whole, to.f32(-LOG_2_HIGH), x);
    Lane rest = to.apply(FMA, whole, to.f32(-LOG_2_LOW), high);
    return new Reduced(
        rest, to.apply(SUBTRACT, to.apply(FLOAT_BITS, shifted), to.i32(ROUNDER_BITS)));
  }

  /** Returns 2 to the power of an integer between -126 and 127. */
  private static Lane powerOfTwo(Lanes to, Lane exponent) {
    Lane biased = to.apply(ADD, exponent, to.i32(127));
    return to.apply(FLOAT_OF_BITS, to.apply(SHIFT_LEFT, biased, to.i32(23)));
  }

  /** Returns x, or the bound where x is below it; NaN stays. */
  private static Lane atLeast(Lanes to, Lane x, double bound) {
    return to.apply(SELECT, to.apply(LESS, x, to.f32(bound)), to.f32(bound), x);
  }

  private static Lane atMost(Lanes to, Lane x, double bound) {
    return to.apply(SELECT, to.apply(LESS, to.f32(bound), x), to.f32(bound), x);
  }

  public static Lane exp(Lanes to, Lane x) {
    return expOfAtLeast(to, atMost(to, atLeast(to, x, -104), 89));
  }

  /** Returns exp of what is at most 0 or NaN. */
  public static Lane expOfNegative(Lanes to, Lane x) {
    return expOfAtLeast(to, atLeast(to, x, -104));
  }

  /**
   * Returns exp of what is at most 0 or NaN, and 0 where that lies below the smallest normal
   * number: for weights beside a largest one of 1, at fewer steps.
   */
  public static Lane expOfNegativeOrZero(Lanes to, Lane x) {
    Lane shifted = to.apply(FMA, x, to.f32(1 / Math.log(2)), to.f32(ROUNDER));
    Lane whole = to.apply(SUBTRACT, shifted, to.f32(ROUNDER));
    Lane high = to.apply(FMA, whole, to.f32(-LOG_2_HIGH), x);
    Lane rest = to.apply(FMA, whole, to.f32(-LOG_2_LOW), high);
    Lane series = polynomial(to, rest, EXP);
    Lane square = to.apply(MULTIPLY, rest, rest);
    Lane sum = to.apply(FMA, series, square, to.apply(ADD, rest, to.f32(1)));
    // The rounder's own bits leave at the top; 1 of the float's bits is the exponent's bias.
    Lane exponent = to.apply(SHIFT_LEFT, to.apply(FLOAT_BITS, shifted), to.i32(23));
    Lane power = to.apply(FLOAT_OF_BITS, to.apply(ADD, exponent, to.i32(0x3f800000)));
    Lane tiny = to.apply(LESS, x, to.f32(-87));
    return to.apply(SELECT, tiny, to.f32(0), to.apply(MULTIPLY, sum, power));
  }

  private static Lane expOfAtLeast(Lanes to, Lane x) {
    Scaled scaled = scaledExp(to, x);
    return to.apply(MULTIPLY, scaled.factor(), scaled.power());
  }

  /**
   * A number as the product of two: where it is too small to have all its digits, others can be
   * multiplied in before the power of two takes them away.
   */
  private record Scaled(Lane factor, Lane power) {}

  /** Returns exp of what is at most 0 or NaN; its first factor is 0 far below all floats. */
  private static Scaled scaledExpOfNegative(Lanes to, Lane x) {
    Scaled scaled = scaledExp(to, atLeast(to, x, -160));
    Lane gone = to.apply(LESS, x, to.f32(-160));
    return new Scaled(to.apply(SELECT, gone, to.f32(0), scaled.factor()), scaled.power());
  }

  private static Scaled scaledExp(Lanes to, Lane x) {
    Reduced reduced = reduce(to, x);
    Lane rest = reduced.rest();
    Lane series = polynomial(to, rest, EXP);
    Lane square = to.apply(MULTIPLY, rest, rest);
    Lane sum = to.apply(FMA, series, square, to.apply(ADD, rest, to.f32(1)));
    // In two halves: the result may lie below or above what one power of two can reach.
    Lane half = to.apply(SHIFT_RIGHT, reduced.whole(), to.i32(1));
    Lane other = to.apply(SUBTRACT, reduced.whole(), half);
    return new Scaled(to.apply(MULTIPLY, sum, powerOfTwo(to, half)), powerOfTwo(to, other));
  }

  public static Lane expm1(Lanes to, Lane x) {
    Lane bounded = atMost(to, atLeast(to, x, -18), 89);
    Reduced reduced = reduce(to, bounded);
    Lane rest = reduced.rest();
    Lane series = polynomial(to, rest, EXPM1);
    Lane less = to.apply(FMA, series, to.apply(MULTIPLY, rest, rest), rest);
    // 2^n (e + 1) - 1 = 2^b (2^a e + (2^a - 2^-b)) with n = a + b.
    Lane half = to.apply(SHIFT_RIGHT, reduced.whole(), to.i32(1));
    Lane other = to.apply(SUBTRACT, reduced.whole(), half);
    Lane scale = powerOfTwo(to, half);
    Lane inverse = powerOfTwo(to, to.apply(SUBTRACT, to.i32(0), other));
    Lane sum = to.apply(FMA, scale, less, to.apply(SUBTRACT, scale, inverse));
    Lane result = to.apply(MULTIPLY, sum, powerOfTwo(to, other));
    return to.apply(SELECT, to.apply(EQUAL, x, to.f32(0)), x, result);
  }

  public static Lane log(Lanes to, Lane x) {
    Lane zero = to.f32(0);
    Lane tiny = to.apply(LESS, x, to.f32(0x1p-126));
    Lane normal = to.apply(SELECT, tiny, to.apply(MULTIPLY, x, to.f32(0x1p23)), x);
    Lane bias = to.apply(SELECT, tiny, to.f32(-23), zero);
    Lane root = to.i32(0x3f3504f3); // the bits of the root of 1/2
    Lane bits = to.apply(SUBTRACT, to.apply(FLOAT_BITS, normal), root);
    Lane exponent = to.apply(TO_FLOAT, to.apply(SHIFT_RIGHT, bits, to.i32(23)));
    Lane fraction =
        to.apply(FLOAT_OF_BITS, to.apply(ADD, to.apply(AND, bits, to.i32(0x7fffff)), root));
    Lane f = to.apply(SUBTRACT, fraction, to.f32(1));
    Lane n = to.apply(ADD, exponent, bias);
    Lane square = to.apply(MULTIPLY, f, f);
    Lane tail = to.apply(MULTIPLY, to.apply(MULTIPLY, polynomial(to, f, LOG), f), square);
    Lane low = to.apply(FMA, n, to.f32(LOG_2_LOW), tail);
    Lane lower = to.apply(FMA, square, to.f32(-0.5), low);
    Lane sum = to.apply(FMA, n, to.f32(LOG_2_HIGH), to.apply(ADD, f, lower));
    Lane infinity = to.f32(Double.POSITIVE_INFINITY);
    Lane finite = to.apply(SELECT, to.apply(LESS, x, infinity), sum, x); // keeps inf and NaN
    Lane positive = to.apply(SELECT, to.apply(LESS, x, zero), to.f32(Double.NaN), finite);
    return to.apply(SELECT, to.apply(EQUAL, x, zero), to.f32(Double.NEGATIVE_INFINITY), positive);
  }

  public static Lane log1p(Lanes to, Lane x) {
    Lane one = to.f32(1);
    Lane sum = to.apply(ADD, x, one);
    Lane lost = to.apply(SUBTRACT, x, to.apply(SUBTRACT, sum, one));
    Lane rough = log(to, sum);
    Lane result = to.apply(ADD, rough, to.apply(DIVIDE, lost, sum));
    // At 1 + x = 0 and at infinity the correction is NaN.
    Lane infinity = to.f32(Double.POSITIVE_INFINITY);
    Lane finite = to.apply(LESS, sum, infinity);
    Lane upper = to.apply(SELECT, finite, result, rough);
    Lane lower = to.apply(SELECT, to.apply(EQUAL, sum, to.f32(0)), rough, upper);
    return to.apply(SELECT, to.apply(EQUAL, sum, one), x, lower);
  }

  public static Lane sigmoid(Lanes to, Lane x) {
    Lane e = expOfNegative(to, to.apply(NEGATE, to.apply(ABS, x)));
    Lane one = to.f32(1);
    Lane top = to.apply(SELECT, to.apply(LESS, x, to.f32(0)), e, one);
    return to.apply(DIVIDE, top, to.apply(ADD, one, e));
  }

  public static Lane softplus(Lanes to, Lane x) {
    Lane e = expOfNegative(to, to.apply(NEGATE, to.apply(ABS, x)));
    Lane zero = to.f32(0);
    Lane above = to.apply(SELECT, to.apply(LESS, x, zero), zero, x);
    return to.apply(ADD, above, log1p(to, e));
  }

  private static Lane withSignOf(Lanes to, Lane magnitude, Lane sign) {
    Lane bits = to.apply(AND, to.apply(FLOAT_BITS, sign), to.i32(Integer.MIN_VALUE));
    return to.apply(FLOAT_OF_BITS, to.apply(OR, to.apply(FLOAT_BITS, magnitude), bits));
  }

  /** tanh |x| = m / (m + 2) with m = exp(2 |x|) - 1. */
  public static Lane tanh(Lanes to, Lane x) {
    Lane size = atMost(to, to.apply(ABS, x), 10);
    Lane m = expm1(to, to.apply(ADD, size, size));
    Lane result = to.apply(DIVIDE, m, to.apply(ADD, m, to.f32(2)));
    return withSignOf(to, result, x);
  }

  /** Returns exp(-a^2 / 2), where a is not negative; the rounding error of a^2 is put right. */
  private static Scaled bell(Lanes to, Lane a) {
    Lane square = to.apply(MULTIPLY, a, a);
    Lane error = to.apply(FMA, a, a, to.apply(NEGATE, square));
    Lane half = to.f32(-0.5);
    Scaled rough = scaledExpOfNegative(to, to.apply(MULTIPLY, square, half));
    Lane factor = to.apply(FMA, rough.factor(), to.apply(MULTIPLY, error, half), rough.factor());
    return new Scaled(factor, rough.power());
  }

  /** Returns the factor by which the normal distribution at -a differs from exp(-a^2 / 2). */
  private static Lane tail(Lanes to, Lane a) {
    Lane one = to.f32(1);
    Lane t = to.apply(DIVIDE, one, to.apply(FMA, a, to.f32(0.3), one));
    return polynomial(to, t, TAIL);
  }

  public static Lane erf(Lanes to, Lane x) {
    Lane size = atMost(to, to.apply(ABS, x), 4.5);
    Lane small = polynomial(to, to.apply(MULTIPLY, size, size), ERF);
    Lane near = to.apply(FMA, small, size, size);
    // erf(x) = 1 - 2 N(-x sqrt 2), N being the normal distribution.
    Lane a = to.apply(MULTIPLY, size, to.f32(Math.sqrt(2)));
    Scaled bell = bell(to, a);
    Lane upper = to.apply(MULTIPLY, to.apply(MULTIPLY, bell.factor(), bell.power()), tail(to, a));
    Lane one = to.f32(1);
    Lane far = to.apply(FMA, upper, to.f32(-2), one);
    Lane result = to.apply(SELECT, to.apply(LESS_EQUAL, size, one), near, far);
    Lane signed = withSignOf(to, result, x);
    return to.apply(SELECT, to.apply(EQUAL, x, x), signed, x);
  }

  /** x N(x), N being the normal distribution. */
  public static Lane gelu(Lanes to, Lane x) {
    Lane a = atMost(to, to.apply(ABS, x), 18);
    Scaled bell = bell(to, a);
    Lane factor = to.apply(MULTIPLY, bell.factor(), tail(to, a));
    Lane one = to.f32(1);
    Lane negative = to.apply(LESS, x, to.f32(0));
    Lane below = to.apply(MULTIPLY, factor, bell.power());
    Lane share = to.apply(SELECT, negative, factor, to.apply(SUBTRACT, one, below));
    Lane power = to.apply(SELECT, negative, bell.power(), one);
    return to.apply(MULTIPLY, to.apply(MULTIPLY, x, share), power);
  }

  /** x sigmoid(x). */
  public static Lane silu(Lanes to, Lane x) {
    Scaled e = scaledExpOfNegative(to, to.apply(NEGATE, to.apply(ABS, x)));
    return timesSigmoid(to, x, to.apply(LESS, x, to.f32(0)), e);
  }

  /** Returns x / (1 + e), or x e / (1 + e) where the argument is negative. */
  private static Lane timesSigmoid(Lanes to, Lane x, Lane negative, Scaled e) {
    Lane one = to.f32(1);
    Lane sum = to.apply(FMA, e.factor(), e.power(), one);
    Lane top = to.apply(SELECT, negative, e.factor(), one);
    Lane power = to.apply(SELECT, negative, e.power(), one);
    Lane share = to.apply(DIVIDE, top, sum);
    return to.apply(MULTIPLY, to.apply(MULTIPLY, x, share), power);
  }

  /**
   * x sigmoid(2 u): x / 2 (1 + tanh u) without cancellation. The exponential multiplies what is
   * lost in its argument, so 2 u = x (b + a x^2) is computed with its rounding errors.
   */
  public static Lane geluTanh(Lanes to, Lane x) {
    double b = 2 * Math.sqrt(2 / Math.PI);
    double a = 0.044715 * b;
    Lane aHigh = to.f32(a);
    Lane bHigh = to.f32(b);
    Lane y = atMost(to, atLeast(to, x, -20), 20);
    Lane square = to.apply(MULTIPLY, y, y);
    Lane squareLow = to.apply(FMA, y, y, to.apply(NEGATE, square));
    Lane product = to.apply(MULTIPLY, aHigh, square);
    Lane productLow = to.apply(FMA, aHigh, square, to.apply(NEGATE, product));
    productLow = to.apply(FMA, aHigh, squareLow, productLow);
    productLow = to.apply(FMA, square, to.f32(a - (float) a), productLow);
    // The error of a sum (Knuth's two-sum).
    Lane sum = to.apply(ADD, product, bHigh);
    Lane part = to.apply(SUBTRACT, sum, product);
    Lane lost =
        to.apply(
            ADD,
            to.apply(SUBTRACT, product, to.apply(SUBTRACT, sum, part)),
            to.apply(SUBTRACT, bHigh, part));
    Lane sumLow = to.apply(ADD, to.apply(ADD, lost, productLow), to.f32(b - (float) b));
    Lane v = to.apply(MULTIPLY, y, sum);
    Lane vLow = to.apply(FMA, y, sumLow, to.apply(FMA, y, sum, to.apply(NEGATE, v)));
    Lane negative = to.apply(LESS, x, to.f32(0));
    Lane correction = to.apply(SELECT, negative, vLow, to.apply(NEGATE, vLow));
    Scaled rough = scaledExpOfNegative(to, to.apply(NEGATE, to.apply(ABS, v)));
    Lane factor = to.apply(FMA, rough.factor(), correction, rough.factor());
    return timesSigmoid(to, x, negative, new Scaled(factor, rough.power()));
  }

  /** Returns |x| rounded to the nearest integer, ties to even, where it is below 2^23. */
  private static Lane nearest(Lanes to, Lane size) {
    Lane whole = to.f32(0x1p23);
    return to.apply(SUBTRACT, to.apply(ADD, size, whole), whole);
  }

  private static Lane whole(Lanes to, Lane x, Lane size, Lane rounded) {
    // From 2^23 on every float is whole; NaN compares false and stays.
    Lane fraction = to.apply(LESS, size, to.f32(0x1p23));
    return to.apply(SELECT, fraction, withSignOf(to, to.apply(ABS, rounded), x), x);
  }

  public static Lane roundHalfEven(Lanes to, Lane x) {
    Lane size = to.apply(ABS, x);
    return whole(to, x, size, nearest(to, size));
  }

  public static Lane truncate(Lanes to, Lane x) {
    Lane size = to.apply(ABS, x);
    Lane rounded = nearest(to, size);
    Lane down = to.apply(SUBTRACT, rounded, to.f32(1));
    return whole(to, x, size, to.apply(SELECT, to.apply(LESS, size, rounded), down, rounded));
  }

  public static Lane floor(Lanes to, Lane x) {
    Lane size = to.apply(ABS, x);
    Lane rounded = withSignOf(to, nearest(to, size), x);
    Lane down = to.apply(SUBTRACT, rounded, to.f32(1));
    return whole(to, x, size, to.apply(SELECT, to.apply(LESS, x, rounded), down, rounded));
  }

  public static Lane ceil(Lanes to, Lane x) {
    Lane size = to.apply(ABS, x);
    Lane rounded = withSignOf(to, nearest(to, size), x);
    Lane up = to.apply(ADD, rounded, to.f32(1));
    return whole(to, x, size, to.apply(SELECT, to.apply(LESS, rounded, x), up, rounded));
  }
}
