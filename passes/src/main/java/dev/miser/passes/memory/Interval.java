package dev.miser.passes.memory;

/**
 * What has to be placed: so many bytes from time {@code start} until before time {@code end}.
 *
 * @param bytes a multiple of the alignment
 */
record Interval(long bytes, int start, int end) {
  /** Returns whether both are alive at some time. */
  boolean meets(Interval other) {
    return start < other.end && other.start < end;
  }
}
