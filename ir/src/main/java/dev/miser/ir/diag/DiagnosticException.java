package dev.miser.ir.diag;

import java.util.List;
import java.util.stream.Collectors;

/** Thrown at the border when an input is refused; carries every diagnostic found. */
public final class DiagnosticException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final transient List<Diagnostic> diagnostics;

  public DiagnosticException(List<Diagnostic> diagnostics) {
    super(diagnostics.stream().map(Diagnostic::toString).collect(Collectors.joining("\n")));
    this.diagnostics = List.copyOf(diagnostics);
  }

  public DiagnosticException(Diagnostic diagnostic) {
    this(List.of(diagnostic));
  }

  /** Returns every diagnostic found, in source order. */
  public List<Diagnostic> diagnostics() {
    return diagnostics;
  }
}
