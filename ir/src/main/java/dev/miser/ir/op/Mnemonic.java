package dev.miser.ir.op;

import java.util.Locale;

/**
 * An enum of operations that share one record; each constant is the name of an operation in text.
 */
public interface Mnemonic {
  /** Returns the constant's name. */
  String name();

  /** Returns the operation's name in text. */
  default String mnemonic() {
    return name().toLowerCase(Locale.ROOT);
  }
}
