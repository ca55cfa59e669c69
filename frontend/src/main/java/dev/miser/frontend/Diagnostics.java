package dev.miser.frontend;

import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.Place;
import dev.miser.ir.diag.Severity;
import java.util.List;
import java.util.Locale;

/**
 * Shows diagnostics to people: the one-line form, the line of the source and a mark under the
 * place.
 *
 * <pre>
 * mlp.mir:4:8: error: inner dimensions differ: 784 and 32 [dot.inner-dim]
 *   4 |   %h = dot %x, %w : f32[32,256]
 *     |        ^^^^^^^^^^
 * </pre>
 */
public final class Diagnostics {
  /** How what is shown looks. */
  public enum Style {
    PLAIN,
    /** With the escape sequences of terminals. */
    COLOR
  }

  /** Beyond this many diagnostics only their number is shown. */
  static final int MOST = 20;

  /** A line longer than this is shown around the place. */
  private static final int WIDTH = 100;

  private Diagnostics() {}

  /** Returns the text for these diagnostics, which are in source order; lines end with feeds. */
  public static String render(List<Diagnostic> diagnostics, Source source, Style style) {

    var out = new StringBuilder();
    for (Diagnostic diagnostic : diagnostics.subList(0, Math.min(MOST, diagnostics.size()))) {
      one(diagnostic, source, style, out);
    }
    if (diagnostics.size() > MOST) {
      out.append("and ").append(diagnostics.size() - MOST).append(" more\n");
    }
    return out.toString();
  }

  private static void one(Diagnostic diagnostic, Source source, Style style, StringBuilder out) {
    Severity severity = diagnostic.severity();
    String word = severity.name().toLowerCase(Locale.ROOT);
    out.append(where(diagnostic.place()));
    out.append(paint(word + ":", color(severity), style)).append(' ');
    out.append(paint(visible(diagnostic.message()), "1", style));
    out.append(" [").append(diagnostic.code().text()).append("]\n");
    quote(diagnostic.place(), source, color(severity), style, out);
    for (Diagnostic.Note note : diagnostic.notes()) {
      out.append(where(note.place()));
      out.append(paint("note:", color(Severity.NOTE), style)).append(' ');
      out.append(visible(note.message())).append('\n');
      quote(note.place(), source, color(Severity.NOTE), style, out);
    }
  }

  private static String where(Place place) {
    return place.isKnown() ? visible(place.toString()) + ": " : "";
  }

  private static String color(Severity severity) {
    return switch (severity) {
      case ERROR -> "1;31";
      case WARNING -> "1;33";
      case NOTE -> "1;36";
    };
  }

  private static String paint(String text, String code, Style style) {
    return switch (style) {
      case PLAIN -> text;
      case COLOR -> "\u001b[" + code + "m" + text + "\u001b[0m";
    };
  }

  private static void quote(
      Place place, Source source, String color, Style style, StringBuilder out) {
    String line =
        place.isKnown() && place.file().equals(source.name()) ? source.line(place.line()) : null;
    if (line == null || line.isEmpty()) {
      return;
    }
    int[] chars = line.codePoints().limit(place.column() + 4L * WIDTH).toArray();
    int column = Math.min(place.column() - 1, chars.length);
    int from = column < WIDTH * 3 / 4 ? 0 : column - WIDTH / 2;
    int to = Math.min(chars.length, from + WIDTH);
    String before = from > 0 ? "..." : "";
    String after = to < chars.length ? "..." : "";
    String shown = visible(new String(chars, from, to - from));
    String number = String.format("%4d | ", place.line());
    int length = Math.max(1, Math.min(place.length(), to - column));
    out.append(number).append(before).append(shown).append(after).append('\n');
    out.append("     | ").append(" ".repeat(before.length() + column - from));
    out.append(paint("^".repeat(length), color, style)).append('\n');
  }

  /** Returns text in which every character that a terminal might obey is a blank or a box. */
  private static String visible(String text) {
    var out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> {
          if (c == '\t') {
            out.append(' ');
          } else {
            out.appendCodePoint(Character.isISOControl(c) ? 0xfffd : c);
          }
        });
    return out.toString();
  }
}
