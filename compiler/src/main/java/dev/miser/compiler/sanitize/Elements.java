package dev.miser.compiler.sanitize;

import dev.miser.ir.type.ElementType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HexFormat;

/** Elements in memory, bit by bit. */
final class Elements {
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private Elements() {}

  /**
   * Returns the first byte of the first element that differs, or -1. One NaN is like another:
   * processors do not say which of two operands' bits a result has.
   */
  static long mismatch(ElementType element, MemorySegment expected, MemorySegment found) {
    long from = 0;
    while (true) {
      long at = expected.asSlice(from).mismatch(found.asSlice(from));
      if (at < 0) {
        return -1;
      }
      long first = (from + at) / element.bytes() * element.bytes();
      if (!isNaN(element, bits(element, expected, first))
          || !isNaN(element, bits(element, found, first))) {
        return first;
      }
      from = first + element.bytes();
    }
  }

  /** Returns the bits of the element that begins at a byte. */
  private static long bits(ElementType element, MemorySegment bytes, long at) {
    return switch (element.bytes()) {
      case Long.BYTES -> bytes.get(LONG, at);
      case Integer.BYTES -> bytes.get(INT, at) & 0xffff_ffffL;
      case Short.BYTES -> bytes.get(SHORT, at) & 0xffffL;
      default -> bytes.get(ValueLayout.JAVA_BYTE, at) & 0xffL;
    };
  }

  private static boolean isNaN(ElementType element, long bits) {
    return switch (element) {
      case F32 -> (bits & 0x7fff_ffffL) > 0x7f80_0000L;
      case F64 -> (bits & Long.MAX_VALUE) > 0x7ff0_0000_0000_0000L;
      case F16 -> (bits & 0x7fffL) > 0x7c00L;
      case BF16 -> (bits & 0x7fffL) > 0x7f80L;
      case I64, I32, I16, I8, U64, U32, U16, U8, BOOL -> false;
    };
  }

  /** Returns the element that begins at a byte as hexadecimal digits. */
  static String hex(ElementType element, MemorySegment bytes, long at) {
    return HexFormat.of().toHexDigits(bits(element, bytes, at), 2 * element.bytes());
  }
}
