package dev.miser.testmodels.numerics;

import dev.miser.ir.eval.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * How far a result may be from what is expected: {@code relative} bounds the largest difference
 * over the largest expected size, {@code each} the largest quotient of the two at one element.
 */
public record Bound(double relative, double each) {
  /** Returns what is wrong with {@code found}, or null. Integers must be equal. */
  public @Nullable String complaint(Tensor expected, Tensor found) {
    if (!found.type().shape().equals(expected.type().shape())) {
      return "has shape " + found.type() + ", expected " + expected.type();
    }
    if (!expected.type().element().isFloat()) {
      return found.equals(expected) ? null : "is " + found + ", expected " + expected;
    }
    double[] want = expected.doubles();
    double[] got = found.doubles();
    double largest = 0;
    double difference = 0;
    double quotient = 0;
    for (int i = 0; i < want.length; i++) {
      if (Double.isFinite(want[i]) && Double.isFinite(got[i])) {
        double off = Math.abs(got[i] - want[i]);
        difference = Math.max(difference, off);
        largest = Math.max(largest, Math.abs(want[i]));
        quotient = want[i] == 0 ? quotient : Math.max(quotient, off / Math.abs(want[i]));
      } else if (Double.compare(want[i], got[i]) != 0) {
        return "element " + i + " is " + got[i] + ", expected " + want[i];
      }
    }
    if (difference > relative * largest) {
      return "is off by " + difference / largest + " relatively, allowed " + relative;
    }
    return quotient > each ? "is off by " + quotient + " at one element, allowed " + each : null;
  }
}
