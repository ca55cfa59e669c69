package dev.miser.passes;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Thrown when a pass breaks a program: a bug of ours, with the file that shows it again. */
public final class PassFailure extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final String pass;
  private final transient @Nullable Path reproducer;

  PassFailure(String pass, String what, @Nullable Path reproducer, @Nullable Throwable cause) {
    super(
        "pass '"
            + pass
            + "' failed: "
            + what
            + (reproducer == null ? "" : "; to see it again: miser opt " + reproducer),
        cause);
    this.pass = pass;
    this.reproducer = reproducer;
  }

  /** Returns the name of the pass. */
  public String pass() {
    return pass;
  }

  /** Returns the file with the program before the pass, or null if it could not be written. */
  public @Nullable Path reproducer() {
    return reproducer;
  }
}
