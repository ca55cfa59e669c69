package dev.miser.frontend.csv;

import dev.miser.frontend.Source;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.Place;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line of comma-separated values.
 *
 * @param line its number, from 1
 * @param from where it begins in the source
 * @param to where it ends, before the line's end
 * @param fields its values; those before the problem if there is one
 * @param problem what is wrong with its quotes, or null
 */
public record CsvRow(
    Source source, int line, int from, int to, List<Field> fields, @Nullable Diagnostic problem) {
  /**
   * A value.
   *
   * @param text without quotes, and without the blanks around it
   * @param from where it begins in the source, its quote included
   * @param to where it ends
   */
  public record Field(String text, int from, int to) {}

  /** Returns the value at this index. */
  public String text(int field) {
    return fields.get(field).text();
  }

  /** Returns where a value stands. */
  public Place place(int field) {
    Field found = fields.get(field);
    return source.place(line, from, found.from(), found.to());
  }

  /** Returns where the whole row stands. */
  public Place place() {
    return source.place(line, from, from, to);
  }
}
