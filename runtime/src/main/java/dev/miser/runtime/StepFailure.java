package dev.miser.runtime;

/**
 * Thrown when a kernel failed: names the kernel and the value it checked. Results of the step are
 * not valid; inputs must be set again, and the instance can then be stepped again. State is
 * replaced after the last kernel only, so that a failed step leaves it as it was.
 */
public final class StepFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  StepFailure(KernelInfo kernel, Throwable cause) {
    super(message(kernel, cause), cause);
  }

  private static String message(KernelInfo kernel, Throwable cause) {
    String what =
        switch (cause) {
          case IndexFailure failure -> failure.getMessage();
          case ArithmeticException failure -> "integer division by zero";
          default -> "unexpected " + cause;
        };
    String where = kernel.checked().isEmpty() ? "" : " of " + kernel.checked();
    return what + where + ", in kernel " + kernel.label();
  }
}
