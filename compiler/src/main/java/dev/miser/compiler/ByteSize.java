package dev.miser.compiler;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How sizes in bytes are written: {@code 64MiB}, {@code 64MB}, {@code 1.5G}, {@code 4096}. */
public final class ByteSize {
  private static final Pattern SIZE =
      Pattern.compile(
          "([0-9]{1,18}(?:\\.[0-9]{1,9})?) ?([kmgt]?)(i?)(b?)", Pattern.CASE_INSENSITIVE);

  private static final String PREFIXES = "kmgt";

  private ByteSize() {}

  /**
   * Returns the number of bytes that {@code text} means. {@code KiB} and {@code K} are 1024 bytes,
   * {@code KB} 1000; so with M, G and T.
   *
   * @throws IllegalArgumentException if it is no size, or more than a long holds
   */
  public static long parse(String text) {
    Matcher matcher = SIZE.matcher(text.strip());
    if (!matcher.matches() || (!matcher.group(3).isEmpty() && matcher.group(2).isEmpty())) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a size; write bytes, or 64MiB, 64MB, 1.5G");
    }
    boolean decimal =
        !matcher.group(2).isEmpty() && matcher.group(3).isEmpty() && !matcher.group(4).isEmpty();
    int power = PREFIXES.indexOf(matcher.group(2).toLowerCase(Locale.ROOT)) + 1;
    BigDecimal unit =
        matcher.group(2).isEmpty()
            ? BigDecimal.ONE
            : BigDecimal.valueOf(decimal ? 1000 : 1024).pow(power);
    try {
      return new BigDecimal(matcher.group(1))
          .multiply(unit)
          .setScale(0, RoundingMode.DOWN)
          .longValueExact();
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("'" + text + "' is more than a program can have", e);
    }
  }

  /** Returns a size for people, such as {@code 25.6 MiB}; below 1024 the bytes themselves. */
  public static String text(long bytes) {
    if (Math.abs(bytes) < 1024) {
      return bytes + " B";
    }
    double value = bytes;
    int prefix = -1;
    while (Math.abs(value) >= 1024 && prefix < PREFIXES.length() - 1) {
      value /= 1024;
      prefix++;
    }
    String format = Math.abs(value) >= 100 ? "%.0f" : "%.1f";
    return String.format(Locale.ROOT, format, value)
        + " "
        + Character.toUpperCase(PREFIXES.charAt(prefix))
        + "iB";
  }

  /** Returns a size as exact bytes, and for people: {@code 26843545 bytes (25.6 MiB)}. */
  public static String exact(long bytes) {
    return bytes < 1024 ? bytes + " bytes" : bytes + " bytes (" + text(bytes) + ")";
  }
}
