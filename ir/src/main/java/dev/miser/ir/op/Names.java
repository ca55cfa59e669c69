package dev.miser.ir.op;

import java.util.regex.Pattern;

/** How names of values and functions are spelt in text. */
public final class Names {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_0-9][A-Za-z_0-9.$-]*");

  private Names() {}

  /** Returns {@code %name}, or {@code %"name"} with escapes where the name is not plain. */
  public static String reference(String name) {
    return "%" + spelling(name);
  }

  /** Returns the name itself where it is plain, else a quoted string. */
  public static String spelling(String name) {
    return PLAIN.matcher(name).matches() ? name : quote(name);
  }

  /** Returns {@code text} in double quotes; quotes, backslashes and control characters escaped. */
  public static String quote(String text) {
    var out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\t' -> out.append("\\t");
        case '\r' -> out.append("\\r");
        default -> {
          if (c < 0x20 || c == 0x7f || (Character.isSurrogate(c) && !paired(text, i))) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.append('"').toString();
  }

  private static boolean paired(String text, int i) {
    return Character.isHighSurrogate(text.charAt(i))
        ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
        : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
  }

  /** Returns the snake-case form of a camel-case Java name. */
  public static String snakeCase(String name) {
    var out = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (Character.isUpperCase(c)) {
        if (i > 0) {
          out.append('_');
        }
        out.append(Character.toLowerCase(c));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
