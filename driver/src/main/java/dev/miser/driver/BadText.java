package dev.miser.driver;

import dev.miser.frontend.Parsed;
import dev.miser.frontend.Source;
import dev.miser.ir.diag.Diagnostic;
import java.util.List;

/** Thrown when a file's text is refused; keeps the text, so that its lines can be shown. */
final class BadText extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final transient Source source;
  private final transient List<Diagnostic> diagnostics;

  BadText(Source source, List<Diagnostic> diagnostics) {
    super(source.name(), null, false, false);
    this.source = source;
    this.diagnostics = List.copyOf(diagnostics);
  }

  BadText(Parsed parsed) {
    this(parsed.source(), parsed.diagnostics());
  }

  Source source() {
    return source;
  }

  List<Diagnostic> diagnostics() {
    return diagnostics;
  }
}
