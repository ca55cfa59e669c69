package dev.miser.ir.op;

/** How numbers are written in text: so that they read back exactly. */
public final class Numbers {
  private Numbers() {}

  /**
   * Returns the shortest text that reads back to {@code value}; {@code nan}, {@code inf}, {@code
   * -inf}.
   */
  public static String text(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    return Double.toString(value);
  }
}
