package dev.miser.compiler.sanitize;

import dev.miser.ir.type.ElementType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * What dead memory is filled with: a signalling NaN of its element type; for integers bytes of
 * 0xa5, which as an index are out of range.
 */
final class Poison {
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private Poison() {}

  /** Returns eight bytes of poison, the first in the lowest bits. */
  static long pattern(ElementType element) {
    return switch (element) {
      case F32 -> 0x7fa5a5a5_7fa5a5a5L;
      case F64 -> 0x7ff5a5a5_a5a5a5a5L;
      case F16 -> 0x7d5a7d5a_7d5a7d5aL;
      case BF16 -> 0x7fa57fa5_7fa57fa5L;
      case I64, I32, I16, I8, U64, U32, U16, U8, BOOL -> 0xa5a5a5a5_a5a5a5a5L;
    };
  }

  /** Fills bytes {@code [from, to)}; elements begin at multiples of their size. */
  static void fill(MemorySegment arena, long from, long to, ElementType element) {
    long pattern = pattern(element);
    long at = from;
    for (; at < to && at % Long.BYTES != 0; at++) {
      set(arena, at, pattern);
    }
    for (; at + Long.BYTES <= to; at += Long.BYTES) {
      arena.set(LONG, at, pattern);
    }
    for (; at < to; at++) {
      set(arena, at, pattern);
    }
  }

  private static void set(MemorySegment arena, long at, long pattern) {
    arena.set(ValueLayout.JAVA_BYTE, at, (byte) (pattern >>> ((at % Long.BYTES) * Byte.SIZE)));
  }
}
