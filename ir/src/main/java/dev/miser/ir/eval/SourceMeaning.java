package dev.miser.ir.eval;

import dev.miser.ir.op.Constant;
import dev.miser.ir.op.Iota;
import dev.miser.ir.op.Random;
import dev.miser.ir.op.Source;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;

/** What constants, iota and random numbers are. */
final class SourceMeaning {
  private SourceMeaning() {}

  static Tensor of(Source source, Operands in) {
    return switch (source) {
      case Constant constant -> Tensor.of(constant.value());
      case Iota iota -> iota(iota, in.precision());
      case Random random -> random(random, in.longs(random.key())[0]);
    };
  }

  private static Tensor iota(Iota iota, Precision precision) {
    TensorType type = iota.type();
    int count = Tensor.count(type);
    int inner = Positions.stride(type.shape(), iota.axis());
    long size = type.dim(iota.axis());
    if (type.element().isFloat()) {
      double[] result = new double[count];
      for (int i = 0; i < count; i++) {
        result[i] = Conversions.toFloat(i / inner % size, ElementType.I64, precision);
      }
      return Tensor.ofDoubles(type, result);
    }
    long[] result = new long[count];
    for (int i = 0; i < count; i++) {
      result[i] = Conversions.wrap(i / inner % size, type.element());
    }
    return Tensor.ofLongs(type, result);
  }

  private static Tensor random(Random random, long key) {
    TensorType type = random.type();
    int count = Tensor.count(type);
    if (random.kind() == Random.Kind.RANDOM_BITS) {
      long[] result = new long[count];
      for (int i = 0; i < count; i++) {
        long bits = type.element().bytes() == 8 ? bits64(i, key) : word(i, key);
        result[i] = Conversions.wrap(bits, type.element());
      }
      return Tensor.ofLongs(type, result);
    }
    double[] result = new double[count];
    for (int i = 0; i < count; i++) {
      result[i] =
          random.kind() == Random.Kind.RANDOM_UNIFORM
              ? uniform(i, key, type.element())
              : normal(i, key, type.element());
    }
    return Tensor.ofDoubles(type, result);
  }

  /** Returns the word of element {@code index}, when an element takes one: a block serves four. */
  private static long word(int index, long key) {
    return Philox.block(index / 4, key)[index % 4] & 0xffffffffL;
  }

  /** Returns the bits of element {@code index}, when an element takes two words. */
  private static long bits64(int index, long key) {
    return bits64(Philox.block(index / 2, key), index % 2 * 2);
  }

  private static long bits64(int[] words, int first) {
    return (words[first] & 0xffffffffL) | (long) words[first + 1] << 32;
  }

  /** Returns as many of the uppermost bits as the format holds, over two to their number. */
  private static double uniform(int index, long key, ElementType element) {
    return switch (element) {
      case F64 -> (bits64(index, key) >>> 11) * 0x1p-53;
      case F32 -> (word(index, key) >>> 8) * 0x1p-24;
      case F16 -> (word(index, key) >>> 21) * 0x1p-11;
      case BF16 -> (word(index, key) >>> 24) * 0x1p-8;
      case I64, I32, I16, I8, U64, U32, U16, U8, BOOL ->
          throw new IllegalArgumentException("not a float type: " + element);
    };
  }

  /** Two numbers in (0, 1) give two normal ones (Box and Muller, 1958): even and odd elements. */
  private static double normal(int index, long key, ElementType element) {
    double first;
    double second;
    if (element == ElementType.F64) {
      int[] words = Philox.block(index / 2, key);
      first = ((bits64(words, 0) >>> 12) + 0.5) * 0x1p-52;
      second = ((bits64(words, 2) >>> 12) + 0.5) * 0x1p-52;
    } else {
      int pair = index / 2 * 2;
      first = (word(pair, key) + 0.5) * 0x1p-32;
      second = (word(pair + 1, key) + 0.5) * 0x1p-32;
    }
    double radius = StrictMath.sqrt(-2 * StrictMath.log(first));
    double angle = 2 * Math.PI * second;
    return radius * (index % 2 == 0 ? StrictMath.cos(angle) : StrictMath.sin(angle));
  }
}
