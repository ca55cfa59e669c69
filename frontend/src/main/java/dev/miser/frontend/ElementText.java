package dev.miser.frontend;

import dev.miser.ir.op.Literal;
import dev.miser.ir.type.ElementType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.regex.Pattern;

/** How one element of a tensor is written: a number, {@code inf}, {@code nan}, or a boolean. */
public final class ElementText {
  private static final Pattern INTEGER = Pattern.compile("-?[0-9]+");
  private static final Pattern DECIMAL = Pattern.compile("-?[0-9]+(\\.[0-9]*)?([eE][-+]?[0-9]+)?");

  private ElementText() {}

  /** Writes one element and returns true, or returns false if the type cannot hold it. */
  public static boolean put(MemorySegment bytes, ElementType element, long index, String text) {
    if (element.isBoolean()) {
      Literal.put(bytes, element, index, text.equals("true") || text.equals("1") ? 1L : 0L);
      return List.of("true", "false", "0", "1").contains(text);
    }
    boolean isNumber = DECIMAL.matcher(text).matches();
    if (!isNumber && !(element.isFloat() && text.matches("-?(inf|nan)"))) {
      return false;
    }
    if (element.isFloat()) {
      // A float is rounded from its decimal text once; by way of a double it might be twice.
      double value =
          element == ElementType.F32 && isNumber
              ? Float.parseFloat(text)
              : TypeReader.parseDouble(text);
      Literal.put(bytes, element, index, value);
      return !isNumber || Double.isFinite(Literal.getDouble(bytes, element, index));
    }
    return INTEGER.matcher(text).matches() && putInteger(bytes, element, index, text);
  }

  private static boolean putInteger(
      MemorySegment bytes, ElementType element, long index, String text) {
    try {
      long value = element == ElementType.U64 ? Long.parseUnsignedLong(text) : Long.parseLong(text);
      Literal.put(bytes, element, index, value);
      return Literal.getLong(bytes, element, index) == value;
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
