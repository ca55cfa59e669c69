package dev.miser.compiler;

import dev.miser.ir.eval.Tensor;
import dev.miser.ir.type.ElementType;
import java.util.Locale;

/**
 * How far a result is from what the reference evaluator says.
 *
 * @param largestError the largest difference over the largest element of the reference (floats)
 * @param bound what it may be
 * @param different how many elements differ where none may: integers, infinities, NaNs
 */
public record Comparison(String name, double largestError, double bound, long different) {
  /**
   * Compares a result with its reference. The bound grows with the number of instructions that may
   * each have rounded; the sums inside are chains, whose errors grow with the root of their length.
   */
  public static Comparison of(String name, Tensor found, Tensor reference, double bound) {
    if (!found.type().element().isFloat()) {
      long different = 0;
      for (int i = 0; i < found.longs().length; i++) {
        different += found.longs()[i] == reference.longs()[i] ? 0 : 1;
      }
      return new Comparison(name, 0, 0, different);
    }
    double largest = 0;
    double scale = 0;
    long different = 0;
    for (int i = 0; i < found.doubles().length; i++) {
      double a = found.doubles()[i];
      double b = reference.doubles()[i];
      if (Double.isFinite(a) && Double.isFinite(b)) {
        largest = Math.max(largest, Math.abs(a - b));
        scale = Math.max(scale, Math.abs(b));
      } else if (Double.compare(a, b) != 0) {
        different++;
      }
    }
    return new Comparison(name, largest == 0 ? 0 : largest / scale, bound, different);
  }

  /** Returns half the distance between 1 and the next number of the type: what rounding may do. */
  public static double roundingUnit(ElementType element) {
    return switch (element) {
      case F64 -> 0x1p-53;
      case F32 -> 0x1p-24;
      case F16 -> 0x1p-11;
      case BF16 -> 0x1p-8;
      case I64, I32, I16, I8, U64, U32, U16, U8, BOOL -> 0;
    };
  }

  public boolean isGood() {
    return different == 0 && largestError <= bound;
  }

  /** Returns one line, such as {@code y: largest error 1.2e-07, allowed 3.0e-06}. */
  @Override
  public String toString() {
    if (different > 0) {
      return name + ": " + different + " elements differ";
    }
    return bound == 0
        ? name + ": equal"
        : String.format(
            Locale.ROOT, "%s: largest error %.1e, allowed %.1e", name, largestError, bound);
  }
}
