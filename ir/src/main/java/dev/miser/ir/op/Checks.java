package dev.miser.ir.op;

import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Turns what may be null into what is not. */
final class Checks {
  private Checks() {}

  static <T> T present(@Nullable T value) {
    if (value == null) {
      throw new NoSuchElementException();
    }
    return value;
  }
}
