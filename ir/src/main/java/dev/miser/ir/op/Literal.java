package dev.miser.ir.op;

import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The elements of a constant: a type and either one value for all elements (a splat) or all of
 * them, row-major and little-endian, in a read-only segment. Equal when type and bytes are equal.
 */
public final class Literal {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final TensorType type;
  private final MemorySegment bytes;
  private final boolean splat;
  private final int hash;

  private Literal(TensorType type, MemorySegment bytes, boolean splat) {
    this.type = type;
    this.bytes = bytes.asReadOnly();
    this.splat = splat;
    int h = type.hashCode();
    for (long i = 0; i < bytes.byteSize(); i++) {
      h = 31 * h + bytes.get(ValueLayout.JAVA_BYTE, i);
    }
    this.hash = h;
  }

  /**
   * Returns a literal over these bytes, which must not change afterwards. Elements that are all
   * equal become a splat.
   */
  public static Literal of(TensorType type, MemorySegment bytes) {
    if (bytes.byteSize() != type.byteCount()) {
      throw new IllegalArgumentException(type + " does not have " + bytes.byteSize() + " bytes");
    }
    int width = type.element().bytes();
    long count = type.elementCount();
    if (count <= 1) {
      return new Literal(type, bytes, count == 1);
    }
    // Each element equals its predecessor exactly when the bytes shifted by one element agree.
    boolean uniform =
        MemorySegment.mismatch(bytes, 0, bytes.byteSize() - width, bytes, width, bytes.byteSize())
            < 0;
    return uniform
        ? new Literal(type, bytes.asSlice(0, width), true)
        : new Literal(type, bytes, false);
  }

  /** Returns a literal whose every element is the float {@code value}, rounded to the type. */
  public static Literal splat(TensorType type, double value) {
    MemorySegment one = MemorySegment.ofArray(new byte[type.element().bytes()]);
    put(one, type.element(), 0, value);
    return new Literal(
        type, type.elementCount() == 0 ? one.asSlice(0, 0) : one, type.elementCount() > 0);
  }

  /** Returns a literal whose every element is the integer {@code value}, wrapped to the type. */
  public static Literal splat(TensorType type, long value) {
    MemorySegment one = MemorySegment.ofArray(new byte[type.element().bytes()]);
    put(one, type.element(), 0, value);
    return new Literal(
        type, type.elementCount() == 0 ? one.asSlice(0, 0) : one, type.elementCount() > 0);
  }

  /** Returns a literal with these elements, rounded to a float type. */
  public static Literal ofDoubles(TensorType type, double... values) {
    MemorySegment bytes = MemorySegment.ofArray(new byte[Math.toIntExact(type.byteCount())]);
    for (int i = 0; i < values.length; i++) {
      put(bytes, type.element(), i, values[i]);
    }
    return of(type, bytes);
  }

  /** Returns a literal with these elements, wrapped to an integer or boolean type. */
  public static Literal ofLongs(TensorType type, long... values) {
    MemorySegment bytes = MemorySegment.ofArray(new byte[Math.toIntExact(type.byteCount())]);
    for (int i = 0; i < values.length; i++) {
      put(bytes, type.element(), i, values[i]);
    }
    return of(type, bytes);
  }

  public TensorType type() {
    return type;
  }

  /** Returns whether one value stands for all elements. */
  public boolean isSplat() {
    return splat;
  }

  /** Returns the stored bytes: of one element for a splat, else of all. */
  public MemorySegment bytes() {
    return bytes;
  }

  /** Returns element {@code index} of a float type. */
  public double doubleAt(long index) {
    return getDouble(bytes, type.element(), splat ? 0 : index);
  }

  /** Returns element {@code index} of an integer or boolean type; u64 as its bits. */
  public long longAt(long index) {
    return getLong(bytes, type.element(), splat ? 0 : index);
  }

  /** Returns this literal's elements under another type of equal element type and count. */
  public Literal withType(TensorType other) {
    return splat && other.elementCount() > 0 ? new Literal(other, bytes, true) : of(other, bytes);
  }

  /** Reads element {@code index} of a float type from {@code segment}. */
  public static double getDouble(MemorySegment segment, ElementType element, long index) {
    return switch (element) {
      case F32 -> Float.intBitsToFloat(segment.get(INT, index * 4));
      case F64 -> Double.longBitsToDouble(segment.get(LONG, index * 8));
      case F16 -> Float.float16ToFloat(segment.get(SHORT, index * 2));
      case BF16 -> Rounding.bfloat16ToFloat(segment.get(SHORT, index * 2));
      case I64, I32, I16, I8, U64, U32, U16, U8, BOOL ->
          throw new IllegalArgumentException("not a float type: " + element);
    };
  }

  /** Reads element {@code index} of an integer or boolean type from {@code segment}. */
  public static long getLong(MemorySegment segment, ElementType element, long index) {
    return switch (element) {
      case I64, U64 -> segment.get(LONG, index * 8);
      case I32 -> segment.get(INT, index * 4);
      case U32 -> segment.get(INT, index * 4) & 0xffffffffL;
      case I16 -> segment.get(SHORT, index * 2);
      case U16 -> segment.get(SHORT, index * 2) & 0xffffL;
      case I8 -> segment.get(ValueLayout.JAVA_BYTE, index);
      case U8, BOOL -> segment.get(ValueLayout.JAVA_BYTE, index) & 0xffL;
      case F32, F64, F16, BF16 ->
          throw new IllegalArgumentException("not an integer type: " + element);
    };
  }

  /** Writes a float element, rounded to {@code element} (to nearest, ties to even). */
  public static void put(MemorySegment segment, ElementType element, long index, double value) {
    switch (element) {
      case F32 -> segment.set(INT, index * 4, Float.floatToRawIntBits((float) value));
      case F64 -> segment.set(LONG, index * 8, Double.doubleToRawLongBits(value));
      case F16 -> segment.set(SHORT, index * 2, Rounding.doubleToFloat16(value));
      case BF16 -> segment.set(SHORT, index * 2, Rounding.doubleToBfloat16(value));
      case I64, I32, I16, I8, U64, U32, U16, U8, BOOL ->
          throw new IllegalArgumentException("not a float type: " + element);
    }
  }

  /** Writes an integer or boolean element, wrapped to {@code element}. */
  public static void put(MemorySegment segment, ElementType element, long index, long value) {
    switch (element) {
      case I64, U64 -> segment.set(LONG, index * 8, value);
      case I32, U32 -> segment.set(INT, index * 4, (int) value);
      case I16, U16 -> segment.set(SHORT, index * 2, (short) value);
      case I8, U8 -> segment.set(ValueLayout.JAVA_BYTE, index, (byte) value);
      case BOOL -> segment.set(ValueLayout.JAVA_BYTE, index, (byte) (value != 0 ? 1 : 0));
      case F32, F64, F16, BF16 -> put(segment, element, index, (double) value);
    }
  }

  /**
   * Returns element {@code index} as text that reads back to the same bits of any non-NaN value.
   */
  public String textAt(long index) {
    return switch (type.element()) {
      case F64 -> text(Double.toString(doubleAt(index)));
      case F32, F16, BF16 -> text(Float.toString((float) doubleAt(index)));
      case BOOL -> longAt(index) != 0 ? "true" : "false";
      case U64 -> Long.toUnsignedString(longAt(index));
      case I64, I32, I16, I8, U32, U16, U8 -> Long.toString(longAt(index));
    };
  }

  private static String text(String number) {
    return switch (number) {
      case "NaN" -> "nan";
      case "Infinity" -> "inf";
      case "-Infinity" -> "-inf";
      default -> number;
    };
  }

  /** Returns the text form, such as {@code f32[3](1.0, 2.0, 3.0)}; a splat has one value. */
  @Override
  public String toString() {
    var out = new StringBuilder(type.toString()).append('(');
    long count = splat ? 1 : type.elementCount();
    for (long i = 0; i < count; i++) {
      out.append(i == 0 ? "" : ", ").append(textAt(i));
    }
    return out.append(')').toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Literal literal
        && hash == literal.hash
        && type.equals(literal.type)
        && splat == literal.splat
        && MemorySegment.mismatch(
                bytes, 0, bytes.byteSize(), literal.bytes, 0, literal.bytes.byteSize())
            < 0;
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** Returns the elements as doubles; for tests and small constants. */
  public double[] toDoubles() {
    double[] values = new double[Math.toIntExact(type.elementCount())];
    Arrays.setAll(values, i -> type.element().isFloat() ? doubleAt(i) : (double) longAt(i));
    return values;
  }
}
