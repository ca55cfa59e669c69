package dev.miser.ir.eval;

import dev.miser.ir.diag.Code;
import dev.miser.ir.op.Value;

/** Thrown when a program cannot be evaluated on its inputs; names the value that has no meaning. */
public final class EvaluationException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Code code;
  private final String value;

  EvaluationException(Code code, Value value, Object... arguments) {
    super(value + ": " + code.message(arguments));
    this.code = code;
    this.value = value.name();
  }

  /** Returns the code of the broken rule, such as {@code run.index}. */
  public Code code() {
    return code;
  }

  /** Returns the name of the value that could not be computed, or of the parameter at fault. */
  public String value() {
    return value;
  }
}
