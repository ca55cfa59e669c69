package dev.miser.codegen;

import java.util.Locale;
import javax.lang.model.SourceVersion;

/** How names of the program become names in Java. */
public final class JavaNames {
  private JavaNames() {}

  /** Returns {@code text} as the name of a method or variable, such as {@code reduceSum}. */
  public static String lowerCamel(String text) {
    var out = new StringBuilder();
    boolean upper = false;
    for (int i = 0; i < text.length() && out.length() < 60; i++) {
      char c = text.charAt(i);
      if (c < 0x80 && Character.isLetterOrDigit(c)) {
        if (out.isEmpty() && Character.isDigit(c)) {
          out.append('n');
        }
        out.append(upper ? Character.toUpperCase(c) : c);
        upper = false;
      } else {
        upper = !out.isEmpty();
      }
    }
    if (out.isEmpty()) {
      return "unnamed";
    }
    out.setCharAt(0, Character.toLowerCase(out.charAt(0)));
    String name = out.toString();
    return SourceVersion.isKeyword(name) ? name + "Of" : name;
  }

  /** Returns {@code text} as the name of a class. */
  public static String upperCamel(String text) {
    String name = lowerCamel(text);
    return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }

  /** Returns {@code text} such that no comment ends inside it and no escape is read in it. */
  public static String comment(String text) {
    return text.replace("\\", "&#92;").replace("*/", "*&#47;").replace("@", "&#64;");
  }
}
