package dev.miser.onnx;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Copies a file's messages without the bytes of its big tensors, which stay where they lie: the
 * copy says where instead. protobuf would read all of a file into the heap.
 *
 * <p>A message is a row of fields. Each begins with a number that holds the field's number and how
 * its value is stored; messages, texts and bytes are stored as their length and their bytes
 * (protobuf's encoding). Only messages in which a big tensor may lie are looked into.
 */
final class Skeleton {
  /** Thrown where the file is not a row of fields, or ends within one. */
  static final class Damaged extends Exception {
    private static final long serialVersionUID = 1;
  }

  /** Shorter messages are copied as they are, whatever they hold. */
  private static final int BIG = 1 << 12;

  /** Messages in messages: models need a dozen. */
  private static final int MOST_DEPTH = 100;

  private static final int RAW_DATA = 9;
  private static final int MAPPED_OFFSET = 100001;
  private static final int MAPPED_LENGTH = 100002;

  private static final int VARINT = 0;
  private static final int EIGHT_BYTES = 1;
  private static final int LENGTH = 2;
  private static final int FOUR_BYTES = 5;

  /** The messages on the way to a tensor. */
  private enum Kind {
    MODEL,
    FUNCTION,
    GRAPH,
    NODE,
    ATTRIBUTE,
    SPARSE_TENSOR,
    TENSOR
  }

  /** For each message, the fields that lead to tensors, by their numbers in onnx.proto. */
  private static final Map<Kind, Map<Integer, Kind>> FIELDS =
      Map.of(
          Kind.MODEL, Map.of(7, Kind.GRAPH, 25, Kind.FUNCTION),
          Kind.FUNCTION, Map.of(7, Kind.NODE, 11, Kind.ATTRIBUTE),
          Kind.GRAPH, Map.of(1, Kind.NODE, 5, Kind.TENSOR, 15, Kind.SPARSE_TENSOR),
          Kind.NODE, Map.of(5, Kind.ATTRIBUTE),
          Kind.ATTRIBUTE,
              Map.of(
                  5, Kind.TENSOR,
                  6, Kind.GRAPH,
                  10, Kind.TENSOR,
                  11, Kind.GRAPH,
                  22, Kind.SPARSE_TENSOR,
                  23, Kind.SPARSE_TENSOR),
          Kind.SPARSE_TENSOR, Map.of(1, Kind.TENSOR, 2, Kind.TENSOR),
          Kind.TENSOR, Map.of());

  private final MemorySegment file;
  private long at;

  private Skeleton(MemorySegment file) {
    this.file = file;
  }

  /**
   * Returns the bytes of a model's message without its big tensors.
   *
   * @throws Damaged if the file is cut off, or no row of fields
   */
  static byte[] of(MemorySegment file) throws Damaged {
    return new Skeleton(file).message(Kind.MODEL, file.byteSize(), 0);
  }

  private byte[] message(Kind kind, long end, int depth) throws Damaged {
    if (depth > MOST_DEPTH) {
      throw new Damaged();
    }
    var out = new ByteArrayOutputStream();
    while (at < end) {
      long start = at;
      long tag = varint(end);
      int field = (int) (tag >>> 3);
      switch ((int) tag & 7) {
        case VARINT -> varint(end);
        case EIGHT_BYTES -> skip(8, end);
        case FOUR_BYTES -> skip(4, end);
        case LENGTH -> {
          long length = varint(end);
          long body = at;
          skip(length, end);
          @Nullable Kind inner = FIELDS.getOrDefault(kind, Map.of()).get(field);
          if (length >= BIG && kind == Kind.TENSOR && field == RAW_DATA) {
            write(out, ((long) MAPPED_OFFSET << 3) | VARINT);
            write(out, body);
            write(out, ((long) MAPPED_LENGTH << 3) | VARINT);
            write(out, length);
            continue;
          }
          if (length >= BIG && inner != null) {
            at = body;
            byte[] copy = message(inner, body + length, depth + 1);
            write(out, tag);
            write(out, copy.length);
            out.writeBytes(copy);
            continue;
          }
        }
        default -> throw new Damaged();
      }
      copy(out, start, at);
    }
    return out.toByteArray();
  }

  private void skip(long bytes, long end) throws Damaged {
    if (bytes < 0 || bytes > end - at) {
      throw new Damaged();
    }
    at += bytes;
  }

  private void copy(ByteArrayOutputStream out, long from, long to) throws Damaged {
    if (to - from > Integer.MAX_VALUE - out.size() - 8) {
      throw new Damaged(); // no array is as long
    }
    out.writeBytes(file.asSlice(from, to - from).toArray(ValueLayout.JAVA_BYTE));
  }

  /** Seven bits a byte, the lowest first; the last byte has no eighth bit. */
  private long varint(long end) throws Damaged {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at >= end) {
        throw new Damaged();
      }
      byte next = file.get(ValueLayout.JAVA_BYTE, at++);
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new Damaged();
  }

  private static void write(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
