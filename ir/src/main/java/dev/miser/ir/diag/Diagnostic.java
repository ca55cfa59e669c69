package dev.miser.ir.diag;

import java.util.List;
import java.util.Locale;

/** One message to the user: what was found, what was expected, where, and under which code. */
public record Diagnostic(
    Severity severity, Code code, Place place, String message, List<Note> notes) {
  /** A further place that helps to understand a diagnostic. */
  public record Note(Place place, String message) {}

  public Diagnostic {
    notes = List.copyOf(notes);
  }

  /** Returns an error whose message is the code's template filled with {@code arguments}. */
  public static Diagnostic error(Code code, Place place, Object... arguments) {
    return new Diagnostic(Severity.ERROR, code, place, code.message(arguments), List.of());
  }

  /** Returns this diagnostic with one more note. */
  public Diagnostic withNote(Place notePlace, String noteMessage) {
    var more = new java.util.ArrayList<>(notes);
    more.add(new Note(notePlace, noteMessage));
    return new Diagnostic(severity, code, place, message, more);
  }

  /** Returns the one-line form: {@code file:line:column: error: message [code]}. */
  @Override
  public String toString() {
    String where = place.isKnown() ? place + ": " : "";
    return where
        + severity.name().toLowerCase(Locale.ROOT)
        + ": "
        + message
        + " ["
        + code.text()
        + "]";
  }
}
