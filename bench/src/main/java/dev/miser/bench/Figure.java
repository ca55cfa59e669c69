package dev.miser.bench;

import java.util.Locale;

/**
 * One measured line of the record.
 *
 * @param what what was measured
 * @param bar what it must reach; empty if it is stated for the record only
 * @param measured the value
 * @param spread the range of the single measurements, and what explains the value
 * @param verdict whether the bar is reached
 */
record Figure(String what, String bar, String measured, String spread, Verdict verdict) {
  /** Whether a bar is reached. */
  enum Verdict {
    REACHED("reached"),
    MISSED("MISSED"),
    RECORD("");

    private final String text;

    Verdict(String text) {
      this.text = text;
    }

    static Verdict of(boolean reached) {
      return reached ? REACHED : MISSED;
    }
  }

  static final String HEADER =
      "| what | bar | measured | spread | |\n| --- | --- | --- | --- | --- |";

  /** A ratio that must be at least {@code bar}; {@code unit} is that of the rates. */
  static Figure atLeast(String what, double bar, Comparison found, String unit) {
    return new Figure(
        what,
        String.format(Locale.ROOT, ">= %.2f", bar),
        String.format(Locale.ROOT, "%.2f", found.ratio().median()),
        spread(found, unit),
        Verdict.of(found.ratio().median() >= bar));
  }

  /** A ratio without a bar. */
  static Figure record(String what, Comparison found, String unit) {
    return new Figure(
        what,
        "",
        String.format(Locale.ROOT, "%.2f", found.ratio().median()),
        spread(found, unit),
        Verdict.RECORD);
  }

  private static String spread(Comparison found, String unit) {
    return String.format(
        Locale.ROOT,
        "%.2f .. %.2f; %.1f of %.1f %s; up to %.0f %% of a sample lost to others",
        found.ratio().lowest(),
        found.ratio().highest(),
        found.rate().median(),
        found.yardstick().median(),
        unit,
        100 * found.lostShare());
  }

  /** Returns the line of the table. */
  @Override
  public String toString() {
    return "| " + String.join(" | ", what, bar, measured, spread, verdict.text) + " |";
  }
}
