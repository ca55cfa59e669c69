package dev.miser.driver;

import dev.miser.ir.op.Literal;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.Locale;

/** What a person wants to see of a tensor first: extremes, mean, first values, NaNs. */
record TensorSummary(
    TensorType type, String least, String most, String mean, long notNumbers, String first) {
  private static final int FIRST = 5;

  /** Returns the summary of the elements that lie in {@code bytes}. */
  static TensorSummary of(TensorType type, MemorySegment bytes) {
    long count = type.elementCount();
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    double sum = 0;
    long notNumbers = 0;
    for (long i = 0; i < count; i++) {
      double value = value(bytes, type.element(), i);
      if (Double.isNaN(value)) {
        notNumbers++;
      } else {
        least = Math.min(least, value);
        most = Math.max(most, value);
        sum += value;
      }
    }
    var first = new StringBuilder();
    for (long i = 0; i < Math.min(count, FIRST); i++) {
      first.append(i == 0 ? "" : " ").append(text(type, value(bytes, type.element(), i)));
    }
    if (count > FIRST) {
      first.append(" ...");
    }
    boolean hasNumbers = count > notNumbers;
    return new TensorSummary(
        type,
        hasNumbers ? text(type, least) : "-",
        hasNumbers ? text(type, most) : "-",
        hasNumbers ? rounded(sum / (count - notNumbers)) : "-",
        notNumbers,
        first.toString());
  }

  private static double value(MemorySegment bytes, ElementType element, long index) {
    if (element.isFloat()) {
      return Literal.getDouble(bytes, element, index);
    }
    long bits = Literal.getLong(bytes, element, index);
    return element == ElementType.U64 && bits < 0 ? (bits >>> 1) * 2.0 : bits;
  }

  private static String text(TensorType type, double value) {
    if (type.element().isBoolean()) {
      return value == 0 ? "false" : "true";
    }
    return type.element().isFloat() ? rounded(value) : String.format(Locale.ROOT, "%.0f", value);
  }

  private static String rounded(double value) {
    return String.format(Locale.ROOT, "%.6g", value);
  }

  /** Returns one line, such as {@code f32[32,10] min -1.2 max 3.4 mean 0.1 [1.0 2.0 ...]}. */
  @Override
  public String toString() {
    return type
        + (type.elementCount() == 0 ? "  (no elements)" : "  min " + least + "  max " + most)
        + (type.elementCount() == 0 ? "" : "  mean " + mean + "  [" + first + "]")
        + (notNumbers == 0 ? "" : "  " + notNumbers + " NaN");
  }
}
