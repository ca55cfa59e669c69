package dev.miser.ir.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.MathContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions that the Java library lacks, against sums with eighty digits. */
class SpecialFunctionsTest {
  private static final MathContext DIGITS = new MathContext(80);
  private static final BigDecimal PI =
      new BigDecimal("3.14159265358979323846264338327950288419716939937510582097494459230781641");

  private static void assertClose(BigDecimal expected, double found, double allowed) {
    BigDecimal off = new BigDecimal(found).subtract(expected).abs();
    BigDecimal relative = off.divide(expected.abs(), MathContext.DECIMAL64);
    assertTrue(relative.doubleValue() <= allowed, () -> found + " is off by " + relative);
  }

  /** 2 / sqrt(pi) sum of (-1)^n x^(2n+1) / (n! (2n+1)). */
  private static BigDecimal erf(double at) {
    BigDecimal x = new BigDecimal(at);
    BigDecimal power = x;
    BigDecimal sum = x;
    for (int n = 1; n < 400; n++) {
      power = power.multiply(x).multiply(x).negate().divide(BigDecimal.valueOf(n), DIGITS);
      sum = sum.add(power.divide(BigDecimal.valueOf(2 * n + 1), DIGITS));
    }
    BigDecimal root = PI.sqrt(DIGITS);
    return sum.multiply(BigDecimal.TWO).divide(root, DIGITS);
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {
        1e-300, 1e-20, 1e-8, 0.01, 0.3, 0.4769, 0.8, 0.99, 1, 1.3, 1.7, 1.99, 2, 2.01, 2.5, 3, 4,
        5.5, 6
      })
  void erfIsExactToNearlyTheLastBit(double x) {
    assertClose(erf(x), SpecialFunctions.erf(x), 1e-15);
    assertEquals(-SpecialFunctions.erf(x), SpecialFunctions.erf(-x));
  }

  @ParameterizedTest
  @ValueSource(doubles = {2, 2.01, 2.3, 2.7, 3, 3.5, 4, 5, 6, 7, 8})
  void erfcKeepsItsSmallValues(double x) {
    assertClose(BigDecimal.ONE.subtract(erf(x)), SpecialFunctions.erfc(x), 2e-15);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1.9, -0.5, 1e-9, 0.5, 1, 1.5, 1.99})
  void erfcIsTheComplement(double x) {
    assertEquals(1 - SpecialFunctions.erf(x), SpecialFunctions.erfc(x), 2e-16);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-300, 1e-12, 1e-3, 0.2, 1, 3, 40, 600})
  void inverseHyperbolicFunctionsInvert(double x) {
    double sinh = StrictMath.sinh(x);
    assertEquals(x, SpecialFunctions.asinh(sinh), x * 1e-15);
    assertEquals(-x, SpecialFunctions.asinh(-sinh), x * 1e-15);
    if (x < 3) {
      assertEquals(x, SpecialFunctions.atanh(StrictMath.tanh(x)), x * 4e-15);
    }
    if (x >= 0.2) {
      assertEquals(x, SpecialFunctions.acosh(StrictMath.cosh(x)), x * 1e-14);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-12, 1e-9, 1e-6})
  void acoshNearOne(double above) {
    double x = 1 + above;
    // acosh(1 + d) = sqrt(2 d) (1 - d / 12 + ...)
    double d = x - 1;
    assertEquals(
        Math.sqrt(2 * d) * (1 - d / 12), SpecialFunctions.acosh(x), Math.sqrt(2 * d) * 1e-12);
  }
}
