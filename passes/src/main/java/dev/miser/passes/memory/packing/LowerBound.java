package dev.miser.passes.memory.packing;

/**
 * Bytes that no packing can do with less than.
 *
 * @param argument why: {@code load}, or the name of a stronger argument
 */
public record LowerBound(long bytes, String argument) {
  /** Returns the greater of two, this one of equals. */
  LowerBound or(LowerBound other) {
    return other.bytes > bytes ? other : this;
  }
}
