package dev.miser.ir.plan;

/**
 * How a kernel's output may lie over an input that nothing needs after it. A displacement is the
 * first byte of the output less the first byte of the input.
 */
public sealed interface Overlap {
  Overlap NONE = new None();
  Overlap SAME_PLACE = new SamePlace();

  /** Returns whether the kernel computes the same when they share bytes at this displacement. */
  boolean admits(long displacement);

  /** They may not share a byte. */
  record None() implements Overlap {
    @Override
    public boolean admits(long displacement) {
      return false;
    }
  }

  /** Each byte may be written where the same byte was read, whatever the order of tiles. */
  record SamePlace() implements Overlap {
    @Override
    public boolean admits(long displacement) {
      return displacement == 0;
    }
  }

  /**
   * The kernel reads and writes in ascending order, one tile after the other: the output may begin
   * at most so many bytes behind the input, or before it.
   */
  record UpTo(long most) implements Overlap {
    @Override
    public boolean admits(long displacement) {
      return displacement <= most;
    }
  }
}
