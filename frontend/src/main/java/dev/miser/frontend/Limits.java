package dev.miser.frontend;

/**
 * How large a text may be: enough for any program worth compiling, and little enough that reading
 * one ends soon and fits into the heap whatever it holds.
 */
public final class Limits {
  /** Bytes of a file. */
  public static final long FILE_BYTES = 64L << 20;

  /** Characters of a line: a literal of some hundred thousand elements. */
  public static final int LINE_CHARACTERS = 4 << 20;

  /** Open brackets; programs need six. */
  public static final int NESTING = 32;

  /** Tokens from the start of a statement, or of the program's head, to its end. */
  public static final int STATEMENT_TOKENS = 1 << 21;

  /** Instructions of a program. */
  public static final int INSTRUCTIONS = 1_000_000;

  /** Errors after which reading stops. */
  public static final int ERRORS = 100;

  private Limits() {}
}
