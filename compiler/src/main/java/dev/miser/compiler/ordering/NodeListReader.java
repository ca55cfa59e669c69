package dev.miser.compiler.ordering;

import dev.miser.compiler.packing.BufferList;
import dev.miser.frontend.Limits;
import dev.miser.frontend.Source;
import dev.miser.frontend.csv.CsvReader;
import dev.miser.frontend.csv.CsvRow;
import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.Place;
import dev.miser.ir.diag.Spelling;
import dev.miser.passes.memory.ordering.OrderGraph;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Reads a node list and reports everything that is wrong with it. */
final class NodeListReader {
  private static final List<String> COLUMNS = List.of("id", "size", "preds");
  private static final int SHOWN = 60;
  private static final int CYCLE_SHOWN = 8;

  private record Row(String id, long size, List<String> preds, Place place, Place predsPlace) {}

  private final Source source;
  private final List<Diagnostic> diagnostics = new ArrayList<>();
  private final Map<String, Integer> columns = new HashMap<>();
  private final Map<String, Integer> indices = new LinkedHashMap<>();
  private final List<Row> rows = new ArrayList<>();
  private int width;
  private long total;

  NodeListReader(Source source) {
    this.source = source;
  }

  NodeList.Read read() {
    var reader = new CsvReader(source);
    header(reader.next());
    if (diagnostics.isEmpty()) {
      CsvRow row = reader.next();
      while (row != null && diagnostics.size() < Limits.ERRORS) {
        row(row);
        row = reader.next();
      }
    }
    NodeList list = diagnostics.isEmpty() ? list() : null;
    diagnostics.sort(
        Comparator.comparingInt((Diagnostic d) -> d.place().line())
            .thenComparingInt(d -> d.place().column()));
    return new NodeList.Read(source, diagnostics.isEmpty() ? list : null, diagnostics);
  }

  private void header(@Nullable CsvRow header) {
    if (header == null) {
      report(
          Code.CSV_COLUMNS,
          new Place(source.name(), 1, 1, 1),
          "the file is empty, expected a header: " + String.join(",", COLUMNS));
      return;
    }
    if (header.problem() != null) {
      diagnostics.add(header.problem());
      return;
    }
    width = header.fields().size();
    for (int i = 0; i < width && diagnostics.size() < Limits.ERRORS; i++) {
      String name = header.text(i);
      if (!COLUMNS.contains(name)) {
        report(
            Code.CSV_COLUMNS,
            header.place(i),
            "unknown column '" + shown(name) + "'" + Spelling.suggestion(name, COLUMNS));
      } else if (columns.putIfAbsent(name, i) != null) {
        report(Code.CSV_COLUMNS, header.place(i), "column '" + name + "' is given twice");
      }
    }
    List<String> missing = COLUMNS.stream().filter(c -> !columns.containsKey(c)).toList();
    if (!missing.isEmpty()) {
      report(
          Code.CSV_COLUMNS,
          header.place(),
          "the header lacks " + String.join(", ", missing) + "; columns are separated by commas");
    }
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
    int idColumn = columns.getOrDefault("id", 0);
    int sizeColumn = columns.getOrDefault("size", 0);
    int predsColumn = columns.getOrDefault("preds", 0);
    String id = row.text(idColumn);
    long size = number(row, sizeColumn);
    if (id.isEmpty() || id.indexOf(';') >= 0) {
      String what = id.isEmpty() ? "has no name" : "has a semicolon in its name";
      report(Code.ORDER_NODE, row.place(idColumn), shown(id), what);
    } else {
      Integer known = indices.putIfAbsent(id, rows.size());
      if (known != null) {
        diagnostics.add(
            Diagnostic.error(
                    Code.ORDER_NODE, row.place(idColumn), shown(id), "is listed a second time")
                .withNote(rows.get(known).place, "here"));
      }
    }
    boolean counted = total <= BufferList.MOST;
    total = Math.min(total + Math.max(0, size), 2 * BufferList.MOST);
    if (counted && total > BufferList.MOST) {
      report(Code.CSV_TOTAL, row.place(sizeColumn), BufferList.MOST);
    }
    rows.add(
        new Row(
            id, size, preds(row.text(predsColumn)), row.place(idColumn), row.place(predsColumn)));
  }

  private static List<String> preds(String text) {
    var preds = new ArrayList<String>();
    int from = 0;
    while (!text.isBlank() && from <= text.length()) {
      int semicolon = text.indexOf(';', from);
      int end = semicolon < 0 ? text.length() : semicolon;
      preds.add(text.substring(from, end).strip());
      from = end + 1;
    }
    return preds;
  }

  private @Nullable NodeList list() {
    var reads = new ArrayList<List<Integer>>();
    for (Row row : rows) {
      var of = new ArrayList<Integer>();
      for (String pred : row.preds) {
        Integer index = indices.get(pred);
        if (index == null) {
          report(
              Code.ORDER_PRED,
              row.predsPlace,
              shown(row.id),
              shown(pred),
              "which is no node" + Spelling.suggestion(pred, indices.keySet()));
        } else if (of.contains(index)) {
          report(Code.ORDER_PRED, row.predsPlace, shown(row.id), shown(pred), "more than once");
        } else {
          of.add(index);
        }
        if (diagnostics.size() >= Limits.ERRORS) {
          return null;
        }
      }
      reads.add(List.copyOf(of));
    }
    if (!diagnostics.isEmpty()) {
      return null;
    }
    List<Integer> own = order(reads);
    if (own.size() < rows.size()) {
      cycle(reads, own);
      return null;
    }
    OrderGraph graph = OrderGraph.ofValues(rows.stream().map(Row::size).toList(), reads);
    return new NodeList(rows.stream().map(Row::id).toList(), graph, own);
  }

  /** Returns the possible order nearest to the file's; it lacks what lies on or behind a cycle. */
  private static List<Integer> order(List<List<Integer>> reads) {
    int n = reads.size();
    int[] waits = new int[n];
    var readers = new ArrayList<List<Integer>>();
    for (int i = 0; i < n; i++) {
      readers.add(new ArrayList<>());
    }
    var ready = new PriorityQueue<Integer>();
    for (int i = 0; i < n; i++) {
      waits[i] = reads.get(i).size();
      for (int pred : reads.get(i)) {
        readers.get(pred).add(i);
      }
      if (waits[i] == 0) {
        ready.add(i);
      }
    }
    var order = new ArrayList<Integer>();
    while (!ready.isEmpty()) {
      int node = ready.poll();
      order.add(node);
      for (int reader : readers.get(node)) {
        if (--waits[reader] == 0) {
          ready.add(reader);
        }
      }
    }
    return order;
  }

  private void cycle(List<List<Integer>> reads, List<Integer> possible) {
    boolean[] ran = new boolean[reads.size()];
    possible.forEach(node -> ran[node] = true);
    int at = 0;
    while (ran[at]) {
      at++;
    }
    // Whoever never runs reads one that never runs; going from one to the next ends in a cycle.
    var seen = new LinkedHashMap<Integer, Integer>();
    while (seen.putIfAbsent(at, seen.size()) == null) {
      at = reads.get(at).stream().filter(pred -> !ran[pred]).findFirst().orElseThrow();
    }
    List<Integer> walk = List.copyOf(seen.keySet());
    List<Integer> cycle = walk.subList(walk.indexOf(at), walk.size());
    var text = new ArrayList<String>();
    for (int node : cycle.subList(0, Math.min(CYCLE_SHOWN, cycle.size()))) {
      text.add("'" + shown(rows.get(node).id) + "'");
    }
    text.add(cycle.size() > CYCLE_SHOWN ? "..." : text.getFirst());
    report(Code.ORDER_CYCLE, rows.get(at).predsPlace, String.join(" reads ", text));
  }

  private long number(CsvRow row, int column) {
    String digits = row.text(column);
    boolean plain = !digits.isEmpty() && digits.length() <= 18;
    plain &= digits.chars().allMatch(c -> c >= '0' && c <= '9');
    long value = plain ? Long.parseLong(digits) : Long.MAX_VALUE;
    if (value > BufferList.MOST) {
      report(Code.CSV_NUMBER, row.place(column), "size", shown(digits), 0, BufferList.MOST);
      return 0;
    }
    return value;
  }

  private static String shown(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
  }

  private void report(Code code, Place place, Object... arguments) {
    diagnostics.add(Diagnostic.error(code, place, arguments));
  }
}
