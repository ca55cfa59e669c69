package dev.miser.passes.memory.packing;

/** An offset for each buffer of a problem. Immutable. */
public final class Packing {
  private final long[] offsets;
  private final long peak;

  private Packing(long[] offsets, long peak) {
    this.offsets = offsets;
    this.peak = peak;
  }

  /** Returns the packing of a problem with these offsets, one a buffer in the problem's order. */
  public static Packing of(Problem problem, long[] offsets) {
    if (offsets.length != problem.count()) {
      throw new IllegalArgumentException(
          problem.count() + " buffers, " + offsets.length + " offsets");
    }
    long peak = 0;
    for (int i = 0; i < offsets.length; i++) {
      peak = Math.max(peak, offsets[i] + problem.size(i));
    }
    return new Packing(offsets.clone(), peak);
  }

  /** Returns where a buffer lies. */
  public long offset(int item) {
    return offsets[item];
  }

  /** Returns the size of the arena: the end of the buffer that ends last. */
  public long peak() {
    return peak;
  }

  public int count() {
    return offsets.length;
  }
}
