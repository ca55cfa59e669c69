package dev.miser.compiler.packing;

import dev.miser.frontend.Limits;
import dev.miser.frontend.Source;
import dev.miser.frontend.csv.CsvReader;
import dev.miser.frontend.csv.CsvRow;
import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.Place;
import dev.miser.ir.diag.Spelling;
import dev.miser.passes.memory.packing.Item;
import dev.miser.passes.memory.packing.Lifetime;
import dev.miser.passes.memory.packing.Packing;
import dev.miser.passes.memory.packing.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a buffer list and reports everything that is wrong with it. */
final class BufferListReader {
  private static final long UNKNOWN = -1;
  private static final int SHOWN = 60;

  /** A row that was read, without its text. */
  private record Life(Lifetime time, int line, int from, int to) {}

  /** What the rows read so far say of a buffer. */
  private record Draft(long size, long alignment, long pinned, long offset, List<Life> lives) {}

  private final Source source;
  private final CsvReader reader;
  private final List<Diagnostic> diagnostics = new ArrayList<>();
  private final Map<Column, Integer> columns = new EnumMap<>(Column.class);
  private final Map<String, Draft> drafts = new LinkedHashMap<>();
  private int width = 0;
  private long mostPinned = 0;
  private long total = 0;

  BufferListReader(Source source) {
    this.source = source;
    this.reader = new CsvReader(source);
  }

  BufferList.Read read() {
    header(reader.next());
    if (diagnostics.isEmpty()) {
      CsvRow row = reader.next();
      while (row != null && diagnostics.size() < Limits.ERRORS) {
        row(row);
        row = reader.next();
      }
      drafts.forEach((id, draft) -> checkLives(id, draft.lives));
      diagnostics.sort(
          Comparator.comparingInt((Diagnostic d) -> d.place().line())
              .thenComparingInt(d -> d.place().column()));
    }
    return new BufferList.Read(source, diagnostics.isEmpty() ? list() : null, diagnostics);
  }

  private void header(@Nullable CsvRow header) {
    if (header == null) {
      report(
          Code.CSV_COLUMNS,
          new Place(source.name(), 1, 1, 1),
          "the file is empty, expected a header: " + String.join(",", neededNames()));
      return;
    }
    if (header.problem() != null) {
      diagnostics.add(header.problem());
      return;
    }
    width = header.fields().size();
    for (int i = 0; i < width && diagnostics.size() < Limits.ERRORS; i++) {
      String name = header.text(i);
      Column column = Column.find(name);
      if (column == null) {
        report(
            Code.CSV_COLUMNS,
            header.place(i),
            "unknown column '" + shown(name) + "'" + Spelling.suggestion(name, Column.names()));
      } else if (columns.putIfAbsent(column, i) != null) {
        report(Code.CSV_COLUMNS, header.place(i), "column '" + name + "' is given twice");
      }
    }
    List<String> missing = new ArrayList<>();
    for (Column column : Column.values()) {
      if (column.isNeeded() && !columns.containsKey(column)) {
        missing.add(column.text());
      }
    }
    if (!missing.isEmpty()) {
      report(
          Code.CSV_COLUMNS,
          header.place(),
          "the header lacks " + String.join(", ", missing) + "; columns are separated by commas");
    }
  }

  private static List<String> neededNames() {
    return Column.names().stream()
        .filter(name -> {
          Column column = Column.find(name);
          return column != null && column.isNeeded();
        })
        .toList();
  }

  private void row(CsvRow row) {
    if (row.problem() != null) {
      diagnostics.add(row.problem());
      return;
    }
    if (row.fields().size() != width) {
      report(Code.CSV_ROW, row.place(), row.fields().size(), width);
      return;
    }
    int before = diagnostics.size();
    long lower = number(row, Column.LOWER, 0, UNKNOWN);
    long upper = number(row, Column.UPPER, 0, UNKNOWN);
    long size = number(row, Column.SIZE, 0, UNKNOWN);
    long alignment = number(row, Column.ALIGNMENT, 1, 1);
    long pinned = number(row, Column.PINNED, 0, Item.ANYWHERE);
    long offset = number(row, Column.OFFSET, 0, UNKNOWN);
    String id = text(row, Column.ID);
    if (lower != UNKNOWN && upper != UNKNOWN && lower >= upper) {
      report(Code.CSV_LIFE, place(row, Column.UPPER), lower, upper);
    }
    if (id.isEmpty()) {
      report(Code.CSV_BUFFER, place(row, Column.ID), "", "has no name");
    }
    if (pinned > 0 && alignment > 0 && pinned % alignment != 0) {
      report(
          Code.CSV_BUFFER,
          place(row, Column.PINNED),
          shown(id),
          "is pinned at " + pinned + ", no multiple of its alignment " + alignment);
    }
    if (diagnostics.size() == before) {
      var draft = new Draft(size, alignment, pinned, offset, new ArrayList<>(1));
      Draft known = drafts.putIfAbsent(id, draft);
      if (known == null) {
        count(row, draft);
      } else {
        agree(row, id, known, draft);
      }
      (known == null ? draft : known)
          .lives.add(new Life(new Lifetime(lower, upper), row.line(), row.from(), row.to()));
    }
  }

  /** Holds that what no packing exceeds can be counted. */
  private void count(CsvRow row, Draft draft) {
    boolean counted = total <= BufferList.MOST;
    total += draft.size + draft.alignment - 1;
    if (draft.pinned != Item.ANYWHERE) {
      total += Math.max(0, draft.pinned - mostPinned);
      mostPinned = Math.max(mostPinned, draft.pinned);
    }
    if (counted && total > BufferList.MOST) {
      report(Code.CSV_TOTAL, place(row, Column.SIZE), BufferList.MOST);
    }
    total = Math.min(total, 2 * BufferList.MOST);
  }

  /** Reports where a further row of a buffer contradicts the first. */
  private void agree(CsvRow row, String id, Draft known, Draft draft) {
    agree(row, id, known, Column.SIZE, known.size == draft.size);
    agree(row, id, known, Column.ALIGNMENT, known.alignment == draft.alignment);
    agree(row, id, known, Column.PINNED, known.pinned == draft.pinned);
    agree(row, id, known, Column.OFFSET, known.offset == draft.offset);
  }

  private void agree(CsvRow row, String id, Draft known, Column column, boolean same) {
    if (!same) {
      String what = "is listed before with another " + column.text();
      diagnostics.add(
          Diagnostic.error(Code.CSV_BUFFER, place(row, column), shown(id), what)
              .withNote(place(known.lives.getFirst()), "here"));
    }
  }

  private void checkLives(String id, List<Life> lives) {
    lives.sort(Comparator.comparingLong((Life l) -> l.time.lower()).thenComparingInt(Life::line));
    for (int i = 1; i < lives.size() && diagnostics.size() < Limits.ERRORS; i++) {
      Life one = lives.get(i - 1);
      Life other = lives.get(i);
      if (one.time.meets(other.time)) {
        boolean inOrder = one.line < other.line;
        Life first = inOrder ? one : other;
        Life second = inOrder ? other : one;
        diagnostics.add(
            Diagnostic.error(
                    Code.CSV_BUFFER, place(second), shown(id), "is listed as alive then already")
                .withNote(place(first), "here"));
      }
    }
  }

  private BufferList list() {
    var items = new ArrayList<Item>(drafts.size());
    long[] offsets = new long[drafts.size()];
    boolean given = true;
    for (Map.Entry<String, Draft> entry : drafts.entrySet()) {
      Draft draft = entry.getValue();
      given &= draft.offset != UNKNOWN;
      offsets[items.size()] = draft.offset;
      List<Lifetime> lives = draft.lives.stream().map(Life::time).toList();
      items.add(new Item(entry.getKey(), draft.size, lives, draft.alignment, draft.pinned));
    }
    Problem problem = Problem.of(items);
    return new BufferList(problem, given ? Packing.of(problem, offsets) : null);
  }

  private Place place(Life life) {
    return source.place(life.line, life.from, life.from, life.to);
  }

  private String text(CsvRow row, Column column) {
    Integer index = columns.get(column);
    return index == null ? "" : row.text(index);
  }

  private Place place(CsvRow row, Column column) {
    Integer index = columns.get(column);
    return index == null ? row.place() : row.place(index);
  }

  /** Returns a number, {@code absent} if there is none and none is needed, else reports it. */
  private long number(CsvRow row, Column column, long least, long absent) {
    String text = text(row, column);
    if (text.isEmpty() && !column.isNeeded()) {
      return absent;
    }
    long value = parse(text);
    if (value < least) {
      report(
          Code.CSV_NUMBER, place(row, column), column.text(), shown(text), least, BufferList.MOST);
      return UNKNOWN;
    }
    return value;
  }

  private static long parse(String digits) {
    long value = 0;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c < '0' || c > '9') {
        return UNKNOWN;
      }
      value = 10 * value + c - '0';
      if (value > BufferList.MOST) {
        return UNKNOWN;
      }
    }
    return digits.isEmpty() ? UNKNOWN : value;
  }

  private static String shown(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
  }

  private void report(Code code, Place place, Object... arguments) {
    diagnostics.add(Diagnostic.error(code, place, arguments));
  }
}
