package dev.miser.runtime;

/** Thrown by a kernel that meets an index outside its axis; the runtime adds the value's name. */
public final class IndexFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  public IndexFailure(long index, long size) {
    super("index " + index + " is outside an axis of size " + size, null, false, false);
  }

  /** Returns {@code index} if it is in [0, size). */
  public static long check(long index, long size) {
    if (index < 0 || index >= size) {
      throw new IndexFailure(index, size);
    }
    return index;
  }
}
