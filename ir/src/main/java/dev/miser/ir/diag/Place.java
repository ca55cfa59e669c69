package dev.miser.ir.diag;

/** A stretch of source text: file, 1-based line and column, and length in characters. */
public record Place(String file, int line, int column, int length) {
  /** The place of what no source text wrote: built by a program or by a pass. */
  public static final Place NONE = new Place("", 0, 0, 0);

  /** Returns whether this place points into a source text. */
  public boolean isKnown() {
    return line > 0;
  }

  @Override
  public String toString() {
    return isKnown() ? file + ":" + line + ":" + column : "<built>";
  }
}
