package dev.miser.onnx.graph;

import dev.miser.ir.type.ElementType;
import dev.miser.onnx.proto.Onnx.TensorProto.DataType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Integers of which several share a byte in files, the first in its lowest bits. Programs have no
 * such elements: each becomes one of eight bits.
 *
 * @param bits how many one element takes
 */
public record PackedElements(int bits, boolean signed) {
  /** Returns how elements of this number lie in files, or null if each has bytes of its own. */
  public static @Nullable PackedElements find(long number) {
    DataType type = number == (int) number ? DataType.forNumber((int) number) : null;
    return switch (type) {
      case UINT4 -> new PackedElements(4, false);
      case INT4 -> new PackedElements(4, true);
      case UINT2 -> new PackedElements(2, false);
      case INT2 -> new PackedElements(2, true);
      case null, default -> null;
    };
  }

  /** Returns the type that holds them once they are apart. */
  public ElementType element() {
    return signed ? ElementType.I8 : ElementType.U8;
  }

  /** Returns the least number that they can be. */
  public long least() {
    return signed ? -1L << (bits - 1) : 0;
  }

  /** Returns the largest number that they can be. */
  public long largest() {
    return least() + (1L << bits) - 1;
  }

  /** Returns how many bytes of a file hold so many of them. */
  long bytes(long count) {
    return Math.ceilDiv(count * bits, 8);
  }

  /** Returns so many elements, each in a byte of its own. */
  MemorySegment apart(MemorySegment packed, long count) {
    MemorySegment apart = Arena.ofAuto().allocate(count);
    int each = 8 / bits;
    for (long i = 0; i < count; i++) {
      int all = packed.get(ValueLayout.JAVA_BYTE, i / each);
      // Up to the top of 32 bits and down again, so that the sign follows.
      int top = all << (32 - bits - (int) (i % each) * bits);
      int one = signed ? top >> (32 - bits) : top >>> (32 - bits);
      apart.set(ValueLayout.JAVA_BYTE, i, (byte) one);
    }
    return apart;
  }
}
