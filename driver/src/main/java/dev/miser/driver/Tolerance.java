package dev.miser.driver;

import dev.miser.compiler.ByteSize;
import java.math.BigDecimal;
import java.math.RoundingMode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * How much more is still as good: bytes, or a share of what was.
 *
 * @param text as it was given
 */
record Tolerance(BigDecimal percent, long bytes, String text) {
  static final Tolerance NONE = new Tolerance(BigDecimal.ZERO, 0, "0");

  /** Returns whether {@code after} is no worse than {@code before}. */
  boolean allows(long before, long after) {
    long more =
        percent
            .multiply(BigDecimal.valueOf(before))
            .divide(BigDecimal.valueOf(100), 0, RoundingMode.DOWN)
            .longValue();
    return after <= before + Math.max(more, bytes);
  }

  /** Reads a tolerance from the command line: {@code 1%} or a size. */
  static final class Converter implements ITypeConverter<Tolerance> {
    @Override
    public Tolerance convert(String text) {
      try {
        return text.endsWith("%")
            ? new Tolerance(percent(text.substring(0, text.length() - 1)), 0, text)
            : new Tolerance(BigDecimal.ZERO, ByteSize.parse(text), text);
      } catch (NumberFormatException e) {
        throw new TypeConversionException("'" + text + "' is no percentage; write 1% or 0.5%");
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }

    private static BigDecimal percent(String text) {
      BigDecimal percent = new BigDecimal(text);
      if (percent.signum() < 0 || percent.compareTo(BigDecimal.valueOf(1_000_000)) > 0) {
        throw new NumberFormatException(text);
      }
      return percent;
    }
  }
}
