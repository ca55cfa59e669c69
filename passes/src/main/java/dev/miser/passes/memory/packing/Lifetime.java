package dev.miser.passes.memory.packing;

/**
 * A stretch of time in which a buffer is alive, half open: a buffer born at {@code upper} may take
 * its bytes.
 */
public record Lifetime(long lower, long upper) {
  public Lifetime {
    if (lower >= upper) {
      throw new IllegalArgumentException(
          "a life must not end before it begins: " + lower + ", " + upper);
    }
  }

  /** Returns whether both are alive at one time. */
  public boolean meets(Lifetime other) {
    return lower < other.upper && other.lower < upper;
  }
}
