package dev.miser.passes.memory.packing;

/** The maximum of any stretch of an array, in constant time after n log n: a sparse table. */
final class RangeMaximum {
  private final long[][] table;

  RangeMaximum(long[] values) {
    int levels = values.length == 0 ? 0 : 32 - Integer.numberOfLeadingZeros(values.length);
    table = new long[levels][];
    for (int level = 0; level < levels; level++) {
      if (level == 0) {
        table[0] = values.clone();
        continue;
      }
      int half = 1 << (level - 1);
      table[level] = new long[values.length - 2 * half + 1];
      for (int i = 0; i < table[level].length; i++) {
        table[level][i] = Math.max(table[level - 1][i], table[level - 1][i + half]);
      }
    }
  }

  /**
   * Returns the largest value at {@code from} or after, before {@code to}; there is at least one.
   */
  long maximum(int from, int to) {
    int level = 31 - Integer.numberOfLeadingZeros(to - from);
    return Math.max(table[level][from], table[level][to - (1 << level)]);
  }
}
