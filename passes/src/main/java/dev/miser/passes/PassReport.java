package dev.miser.passes;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What the passes of one run did, in order. */
public record PassReport(List<Entry> entries) {
  /** What one pass did: what it counted, and how long it took. */
  public record Entry(
      String pass, boolean changed, long nanoseconds, Map<String, Long> statistics) {}

  public PassReport {
    entries = List.copyOf(entries);
  }

  /** Returns a line for each pass that counted something. */
  public String statistics() {
    return entries.stream()
        .filter(entry -> !entry.statistics.isEmpty())
        .map(entry ->
            entry.statistics.entrySet().stream()
                .map(s -> s.getKey() + " " + s.getValue())
                .collect(Collectors.joining(", ", entry.pass + ": ", "\n")))
        .collect(Collectors.joining());
  }

  /** Returns a line for each pass with its time, and their sum. */
  public String times() {
    var out = new StringBuilder();
    entries.forEach(entry -> line(out, entry.nanoseconds, entry.pass));
    line(out, entries.stream().mapToLong(Entry::nanoseconds).sum(), "total");
    return out.toString();
  }

  private static void line(StringBuilder out, long nanoseconds, String what) {
    out.append(String.format(Locale.ROOT, "%10.3f ms  %s%n", nanoseconds / 1e6, what));
  }
}
