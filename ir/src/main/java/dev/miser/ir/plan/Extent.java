package dev.miser.ir.plan;

/**
 * Some lines of a buffer and when they hold something: bytes {@code [from, to)}, multiples of
 * {@link Buffer#ALIGNMENT} both, are alive in {@code [start, end)}.
 */
public record Extent(long from, long to, int start, int end) {
  /** Returns the number of bytes. */
  public long bytes() {
    return to - from;
  }

  /** Returns whether both are alive at some time. */
  public boolean meets(Extent other) {
    return start < other.end && other.start < end;
  }

  /** Returns the same lines of something that begins so many bytes earlier. */
  public Extent plus(long offset) {
    return new Extent(from + offset, to + offset, start, end);
  }
}
