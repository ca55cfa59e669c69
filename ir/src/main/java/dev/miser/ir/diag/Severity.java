package dev.miser.ir.diag;

/** How serious a diagnostic is; only errors stop a compilation. */
public enum Severity {
  ERROR,
  WARNING,
  NOTE
}
