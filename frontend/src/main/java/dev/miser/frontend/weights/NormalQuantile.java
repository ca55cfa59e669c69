package dev.miser.frontend.weights;

/**
 * Turns evenly spread bits into normally distributed numbers by the inverse of the distribution
 * function: linear between 4,097 exact points, by formula in the last cell. Only IEEE arithmetic
 * and {@link StrictMath} are used, so every machine gets the same bits.
 */
final class NormalQuantile {
  private static final int CELL_BITS = 12;
  private static final int CELLS = 1 << CELL_BITS;

  /** Point i is the magnitude that i / 4,096 of all magnitudes stay below. */
  private static final double[] POINTS = new double[CELLS];

  static {
    for (int i = 0; i < CELLS; i++) {
      POINTS[i] = magnitude((CELLS - i) / (double) CELLS);
    }
  }

  private NormalQuantile() {}

  /** Returns a number of mean 0 and variance 1 for 64 random bits. */
  static double of(long bits) {
    int cell = (int) (bits >>> 1) & (CELLS - 1);
    // 51 bits of position inside the cell: none that the cell or the sign has used.
    double within = (bits >>> (CELL_BITS + 1)) * 0x1p-51;
    double magnitude;
    if (cell < CELLS - 1) {
      double low = POINTS[cell];
      magnitude = low + (POINTS[cell + 1] - low) * within;
    } else {
      // The middle of the position's interval: the tail's end itself is infinitely far out.
      magnitude = magnitude((1 - within - 0x1p-52) / CELLS);
    }
    return (bits & 1) == 0 ? magnitude : -magnitude;
  }

  /**
   * Returns the magnitude that a part {@code above} of all magnitudes exceeds, by the rational
   * approximations of P. J. Acklam (2003), whose relative error is below 1.2e-9.
   */
  static double magnitude(double above) {
    // Half of it lies above, half below: the normal quantile at above / 2, negated.
    double p = above / 2;
    if (p < 0.02425) {
      double q = Math.sqrt(-2 * StrictMath.log(p));
      double numerator =
          ((((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838e+00) * q
                              - 2.549732539343734e+00)
                          * q
                      + 4.374664141464968e+00)
                  * q
              + 2.938163982698783e+00;
      double denominator =
          (((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996e+00) * q
                      + 3.754408661907416e+00)
                  * q
              + 1;
      return -numerator / denominator;
    }
    double q = p - 0.5;
    double r = q * q;
    double numerator =
        (((((-3.969683028665376e+01 * r + 2.209460984245205e+02) * r - 2.759285104469687e+02) * r
                                + 1.383577518672690e+02)
                            * r
                        - 3.066479806614716e+01)
                    * r
                + 2.506628277459239e+00)
            * q;
    double denominator =
        ((((-5.447609879822406e+01 * r + 1.615858368580409e+02) * r - 1.556989798598866e+02) * r
                            + 6.680131188771972e+01)
                        * r
                    - 1.328068155288572e+01)
                * r
            + 1;
    return -numerator / denominator;
  }
}
