package dev.miser.driver;

import dev.miser.frontend.Parsed;

/** Thrown when a program's text is refused; keeps the text, so that its lines can be shown. */
final class BadProgram extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final transient Parsed parsed;

  BadProgram(Parsed parsed) {
    super(parsed.source().name(), null, false, false);
    this.parsed = parsed;
  }

  Parsed parsed() {
    return parsed;
  }
}
