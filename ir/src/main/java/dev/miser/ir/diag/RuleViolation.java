package dev.miser.ir.diag;

/**
 * Thrown by type inference when an operation breaks a rule; the verifier turns it into a
 * diagnostic.
 */
public final class RuleViolation extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final Code code;

  public RuleViolation(Code code, Object... arguments) {
    super(code.message(arguments), null, false, false);
    this.code = code;
  }

  /** Returns the code of the broken rule. */
  public Code code() {
    return code;
  }

  /** Returns the message: what was found and what was expected. */
  public String text() {
    return String.valueOf(getMessage());
  }
}
