package dev.miser.frontend;

import dev.miser.ir.diag.Place;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A text and the name under which messages speak of it. */
public record Source(String name, String text) {
  /** A source that could not be read: it has no lines to show. */
  static Source unread(String name) {
    return new Source(name, "");
  }

  /** Returns line {@code number}, counted from 1, without its end; null if there is none. */
  public @Nullable String line(int number) {
    int start = 0;
    for (int line = 1; line < number; line++) {
      int end = text.indexOf('\n', start);
      if (end < 0) {
        return null;
      }
      start = end + 1;
    }
    if (number < 1 || start > text.length()) {
      return null;
    }
    int end = text.indexOf('\n', start);
    String line = text.substring(start, end < 0 ? text.length() : end);
    return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
  }

  /**
   * Returns the place of characters {@code [from, to)} of the text.
   *
   * @param number the number of their line, from 1
   * @param lineStart where that line begins
   */
  public Place place(int number, int lineStart, int from, int to) {
    int column = text.codePointCount(lineStart, from) + 1;
    return new Place(name, number, column, Math.max(1, text.codePointCount(from, to)));
  }

  /** Returns all lines. */
  public List<String> lines() {
    return text.lines().toList();
  }
}
