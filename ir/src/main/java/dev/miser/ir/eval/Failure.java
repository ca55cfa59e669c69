package dev.miser.ir.eval;

import dev.miser.ir.diag.Code;

/** Thrown by an operation's meaning, which does not know the name of the value it computes. */
final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Code code;
  private final transient Object[] arguments;

  Failure(Code code, Object... arguments) {
    super(code.message(arguments), null, false, false);
    this.code = code;
    this.arguments = arguments;
  }

  Code code() {
    return code;
  }

  Object[] arguments() {
    return arguments;
  }
}
