package dev.miser.ir.eval;

import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Rounding;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A type and its elements in row-major order: floats as doubles, integers and booleans as longs
 * (u64 as its bits, narrower types with their value, booleans 0 and 1). Not changed once made.
 */
public final class Tensor {
  private static final double[] NO_DOUBLES = {};
  private static final long[] NO_LONGS = {};

  private final TensorType type;
  private final double[] doubles;
  private final long[] longs;

  private Tensor(TensorType type, double[] doubles, long[] longs) {
    this.type = type;
    this.doubles = doubles;
    this.longs = longs;
  }

  /** Returns a float tensor over these elements, which are taken as they are, unrounded. */
  public static Tensor ofDoubles(TensorType type, double... elements) {
    if (!type.element().isFloat() || elements.length != type.elementCount()) {
      throw new IllegalArgumentException(elements.length + " floats are not a " + type);
    }
    return new Tensor(type, elements, NO_LONGS);
  }

  /** Returns an integer or boolean tensor over these elements, which its type must hold. */
  public static Tensor ofLongs(TensorType type, long... elements) {
    if (type.element().isFloat() || elements.length != type.elementCount()) {
      throw new IllegalArgumentException(elements.length + " integers are not a " + type);
    }
    return new Tensor(type, NO_DOUBLES, elements);
  }

  /** Returns the elements that lie in {@code bytes} one after the other, little-endian. */
  public static Tensor read(TensorType type, MemorySegment bytes) {
    int count = count(type);
    if (type.element().isFloat()) {
      double[] elements = new double[count];
      for (int i = 0; i < count; i++) {
        elements[i] = Literal.getDouble(bytes, type.element(), i);
      }
      return ofDoubles(type, elements);
    }
    long[] elements = new long[count];
    for (int i = 0; i < count; i++) {
      elements[i] = Literal.getLong(bytes, type.element(), i);
    }
    return ofLongs(type, elements);
  }

  /** Returns the elements of a literal. */
  public static Tensor of(Literal literal) {
    if (!literal.isSplat()) {
      return read(literal.type(), literal.bytes());
    }
    int count = count(literal.type());
    if (literal.type().element().isFloat()) {
      double[] elements = new double[count];
      Arrays.fill(elements, literal.doubleAt(0));
      return ofDoubles(literal.type(), elements);
    }
    long[] elements = new long[count];
    Arrays.fill(elements, literal.longAt(0));
    return ofLongs(literal.type(), elements);
  }

  /** Returns how many elements a tensor of this type has; arrays hold no more than 2^31 - 1. */
  static int count(TensorType type) {
    if (type.elementCount() > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException("the reference evaluator cannot hold a " + type);
    }
    return (int) type.elementCount();
  }

  public TensorType type() {
    return type;
  }

  /** Returns the elements of a float tensor: the array itself, not to be changed. */
  public double[] doubles() {
    if (!type.element().isFloat()) {
      throw new IllegalStateException("not floats: " + type);
    }
    return doubles;
  }

  /** Returns the elements of an integer or boolean tensor: the array itself, not to be changed. */
  public long[] longs() {
    if (type.element().isFloat()) {
      throw new IllegalStateException("not integers: " + type);
    }
    return longs;
  }

  /** Returns the same elements under another shape. */
  Tensor withType(TensorType other) {
    return new Tensor(other, doubles, longs);
  }

  /** Returns this tensor with its floats rounded to the element type, or itself if they are. */
  public Tensor rounded() {
    if (!type.element().isFloat() || type.element() == ElementType.F64) {
      return this;
    }
    for (int i = 0; i < doubles.length; i++) {
      // Bits, so that -0 that rounding makes of a tiny number is seen; any NaN will do.
      if (Double.doubleToLongBits(round(doubles[i], type.element()))
          != Double.doubleToLongBits(doubles[i])) {
        double[] rounded = doubles.clone();
        for (int j = i; j < rounded.length; j++) {
          rounded[j] = round(rounded[j], type.element());
        }
        return new Tensor(type, rounded, NO_LONGS);
      }
    }
    return this;
  }

  private static double round(double value, ElementType element) {
    return switch (element) {
      case F64 -> value;
      case F32 -> (float) value;
      case F16 -> Float.float16ToFloat(Rounding.doubleToFloat16(value));
      case BF16 -> Rounding.bfloat16ToFloat(Rounding.doubleToBfloat16(value));
      case I64, I32, I16, I8, U64, U32, U16, U8, BOOL ->
          throw new IllegalArgumentException("not a float type: " + element);
    };
  }

  /** Writes the elements one after the other, little-endian, floats rounded to the type. */
  public void writeTo(MemorySegment bytes) {
    for (int i = 0; i < doubles.length; i++) {
      Literal.put(bytes, type.element(), i, doubles[i]);
    }
    for (int i = 0; i < longs.length; i++) {
      Literal.put(bytes, type.element(), i, longs[i]);
    }
  }

  /** Returns the elements as a literal, floats rounded to the type. */
  public Literal toLiteral() {
    MemorySegment bytes = MemorySegment.ofArray(new byte[Math.toIntExact(type.byteCount())]);
    writeTo(bytes);
    return Literal.of(type, bytes);
  }

  /** Equal when the types are, and the elements bit for bit, any NaN for any other. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Tensor tensor
        && type.equals(tensor.type)
        && Arrays.equals(doubles, tensor.doubles)
        && Arrays.equals(longs, tensor.longs);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * type.hashCode() + Arrays.hashCode(doubles)) + Arrays.hashCode(longs);
  }

  /** Returns the type and the first elements. */
  @Override
  public String toString() {
    String elements =
        type.element().isFloat()
            ? Arrays.toString(Arrays.copyOf(doubles, Math.min(doubles.length, 16)))
            : Arrays.toString(Arrays.copyOf(longs, Math.min(longs.length, 16)));
    return type + " " + elements + (type.elementCount() > 16 ? " ..." : "");
  }
}
