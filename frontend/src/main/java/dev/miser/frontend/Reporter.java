package dev.miser.frontend;

import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.Place;
import dev.miser.ir.diag.RuleViolation;
import dev.miser.ir.diag.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects the diagnostics of one text and ends the reading when there are too many. */
final class Reporter {
  /** Thrown to end the reading: what there is to say has been reported. */
  static final class Stop extends RuntimeException {
    private static final long serialVersionUID = 1;

    Stop() {
      super("reading stopped", null, false, false);
    }
  }

  private final List<Diagnostic> diagnostics = new ArrayList<>();

  void error(Code code, Place place, Object... arguments) {
    report(Diagnostic.error(code, place, arguments));
  }

  void violation(RuleViolation violation, Place place) {
    report(new Diagnostic(Severity.ERROR, violation.code(), place, violation.text(), List.of()));
  }

  void report(Diagnostic diagnostic) {
    diagnostics.add(diagnostic);
    if (diagnostics.size() >= Limits.ERRORS) {
      throw new Stop();
    }
  }

  /**
   * Reports an error after which reading on makes no sense, in place of what was reported on its
   * line.
   */
  Stop fatal(Code code, Place place, Object... arguments) {
    diagnostics.removeIf(d -> d.place().line() == place.line());
    diagnostics.add(Diagnostic.error(code, place, arguments));
    return new Stop();
  }

  boolean isEmpty() {
    return diagnostics.isEmpty();
  }

  /** Returns how many diagnostics there are so far. */
  int count() {
    return diagnostics.size();
  }

  /** Returns all diagnostics in source order. */
  List<Diagnostic> inOrder() {
    return diagnostics.stream()
        .sorted(
            Comparator.comparingInt((Diagnostic d) -> d.place().line())
                .thenComparingInt(d -> d.place().column()))
        .toList();
  }
}
