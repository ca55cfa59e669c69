package dev.miser.runtime;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Stable merge sort of element numbers by key, in the arena. */
public final class LineSort {
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private LineSort() {}

  /** Returns a key that orders floats as signed integers: -0 equals 0, NaN is above all numbers. */
  public static long key(double element) {
    long bits = Double.doubleToLongBits(element + 0.0);
    return bits < 0 ? bits ^ Long.MAX_VALUE : bits;
  }

  /**
   * Sorts the numbers 0 to {@code size} by their keys; of equal keys the smaller number comes
   * first.
   *
   * @param keys byte offset of {@code size} longs
   * @param order byte offset of room for {@code size} longs
   * @param spare byte offset of room for {@code size} longs
   * @return the byte offset of the sorted numbers: order or spare
   */
  public static long sort(MemorySegment arena, long keys, long order, long spare, long size) {
    for (long i = 0; i < size; i++) {
      arena.set(LONG, order + i * 8, i);
    }
    long from = order;
    long to = spare;
    for (long run = 1; run < size; run *= 2) {
      for (long start = 0; start < size; start += 2 * run) {
        long middle = Math.min(start + run, size);
        merge(arena, keys, from, to, start, middle, Math.min(middle + run, size));
      }
      long sorted = to;
      to = from;
      from = sorted;
    }
    return from;
  }

  private static void merge(
      MemorySegment arena, long keys, long from, long to, long start, long middle, long end) {
    long left = start;
    long right = middle;
    for (long i = start; i < end; i++) {
      boolean takeLeft =
          right == end
              || (left < middle && key(arena, keys, from, left) <= key(arena, keys, from, right));
      long taken = takeLeft ? left++ : right++;
      arena.set(LONG, to + i * 8, arena.get(LONG, from + taken * 8));
    }
  }

  private static long key(MemorySegment arena, long keys, long numbers, long i) {
    return arena.get(LONG, keys + arena.get(LONG, numbers + i * 8) * 8);
  }
}
