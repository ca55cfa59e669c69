package dev.miser.frontend.csv;

import dev.miser.frontend.Source;
import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a text of comma-separated values row by row: RFC 4180, save that a row is one line, that
 * blank lines are skipped, and that blanks around a field do not belong to it.
 */
public final class CsvReader {
  private final Source source;
  private final String text;
  private int position = 0;
  private int line = 0;

  public CsvReader(Source source) {
    this.source = source;
    this.text = source.text();
  }

  /** Returns the next row, or null after the last. */
  public @Nullable CsvRow next() {
    while (position < text.length()) {
      int start = position;
      int feed = text.indexOf('\n', start);
      position = feed < 0 ? text.length() : feed + 1;
      line++;
      int end = feed < 0 ? text.length() : feed;
      if (end > start && text.charAt(end - 1) == '\r') {
        end--;
      }
      if (skipBlanks(start, end) < end) {
        return row(start, end);
      }
    }
    return null;
  }

  private CsvRow row(int start, int end) {
    var fields = new ArrayList<CsvRow.Field>();
    Diagnostic problem = null;
    int from = start;
    while (true) {
      int first = skipBlanks(from, end);
      boolean quoted = first < end && text.charAt(first) == '"';
      int close = quoted ? closingQuote(first, end) : first;
      int comma = close < 0 ? end : comma(close, end);
      int last = comma;
      while (last > first && isBlank(text.charAt(last - 1))) {
        last--;
      }
      if (close < 0 || (quoted && last > close + 1)) {
        String what =
            close < 0
                ? "the quote is not closed on its line"
                : "found '" + text.substring(close + 1, last) + "' after the closing quote";
        problem = Diagnostic.error(Code.CSV_QUOTE, source.place(line, start, first, last), what);
        break;
      }
      String value =
          quoted
              ? text.substring(first + 1, close).replace("\"\"", "\"")
              : text.substring(first, last);
      fields.add(new CsvRow.Field(value, first, last));
      if (comma == end) {
        break;
      }
      from = comma + 1;
    }
    return new CsvRow(source, line, start, end, List.copyOf(fields), problem);
  }

  /** Returns where the quote that opens at {@code open} is closed, or -1. */
  private int closingQuote(int open, int end) {
    int at = open + 1;
    while (at < end) {
      if (text.charAt(at) == '"') {
        if (at + 1 == end || text.charAt(at + 1) != '"') {
          return at;
        }
        at++;
      }
      at++;
    }
    return -1;
  }

  private int comma(int from, int end) {
    int comma = text.indexOf(',', from, end);
    return comma < 0 ? end : comma;
  }

  private int skipBlanks(int from, int end) {
    int at = from;
    while (at < end && isBlank(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }
}
