package dev.miser.frontend.weights;

import dev.miser.ir.op.Literal;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Pseudo-random elements, each a function of the seed, the tensor's name and the element's index
 * alone: neither the order of tensors nor who fills which part of one matters, and every machine
 * gets the same bits.
 *
 * <p>The random bits of element i are the finalizer of SplitMix64 (Steele, Lea and Flood, OOPSLA
 * 2014) applied to {@code key + (i + 1) * gamma}, where the key is a hash of name and seed.
 */
record SeededTensor(TensorType type, Distribution distribution, long key) {
  private static final long GAMMA = 0x9e3779b97f4a7c15L;
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  static SeededTensor of(String name, TensorType type, Distribution distribution, long seed) {
    return new SeededTensor(type, distribution, key(name, seed));
  }

  /** Returns a hash of a name and a seed. */
  static long key(String name, long seed) {
    long hash = mix(seed + GAMMA);
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = mix((hash ^ (b & 0xff)) + GAMMA);
    }
    return hash;
  }

  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
    return b ^ (b >>> 31);
  }

  /**
   * Fills {@code part}, whose first element is element {@code first} of the tensor; its size is a
   * whole number of elements.
   */
  void fill(long first, MemorySegment part) {
    long count = part.byteSize() / type.element().bytes();
    switch (distribution) {
      case Distribution.Fill(var value) -> fill(part, count, value);
      case Distribution.Normal(var mean, var deviation) ->
          normal(first, part, count, mean, deviation);
      case Distribution.Uniform(var low, var width) -> uniform(first, part, count, low, width);
      case Distribution.Integers(var low, var span) -> integers(first, part, count, low, span);
    }
  }

  private void fill(MemorySegment part, long count, double value) {
    for (long i = 0; i < count; i++) {
      put(part, i, value);
    }
  }

  private void normal(long first, MemorySegment part, long count, double mean, double deviation) {
    long state = key + (first + 1) * GAMMA;
    if (type.element() == ElementType.F32) {
      for (long i = 0; i < count; i++, state += GAMMA) {
        part.set(FLOAT, i * 4, (float) (mean + deviation * NormalQuantile.of(mix(state))));
      }
    } else {
      for (long i = 0; i < count; i++, state += GAMMA) {
        double value = mean + deviation * NormalQuantile.of(mix(state));
        put(part, i, type.element().isFloat() ? value : Math.rint(value));
      }
    }
  }

  private void uniform(long first, MemorySegment part, long count, double low, double width) {
    long state = key + (first + 1) * GAMMA;
    if (type.element() == ElementType.F32) {
      for (long i = 0; i < count; i++, state += GAMMA) {
        part.set(FLOAT, i * 4, (float) (low + width * unit(mix(state))));
      }
    } else {
      for (long i = 0; i < count; i++, state += GAMMA) {
        double value = low + width * unit(mix(state));
        put(part, i, type.element().isFloat() ? value : Math.floor(value));
      }
    }
  }

  /** Returns a number in [0, 1) of 53 bits. */
  private static double unit(long bits) {
    return (bits >>> 11) * 0x1p-53;
  }

  private void integers(long first, MemorySegment part, long count, long low, long span) {
    long state = key + (first + 1) * GAMMA;
    for (long i = 0; i < count; i++, state += GAMMA) {
      // The upper half of bits times span: every integer, as evenly as 64 bits can.
      long value = low + Math.unsignedMultiplyHigh(mix(state), span);
      if (type.element().isFloat()) {
        Literal.put(part, type.element(), i, (double) value);
      } else {
        Literal.put(part, type.element(), i, value);
      }
    }
  }

  /** Writes a number; an integer type takes the nearest one that it has. */
  private void put(MemorySegment part, long index, double value) {
    ElementType element = type.element();
    int bits = element.bytes() * 8;
    switch (element.kind()) {
      case FLOAT -> Literal.put(part, element, index, value);
      case BOOLEAN -> Literal.put(part, element, index, value != 0 ? 1L : 0L);
      case SIGNED -> {
        long most = -1L >>> (65 - bits);
        Literal.put(part, element, index, Math.clamp((long) value, -most - 1, most));
      }
      case UNSIGNED -> {
        long number;
        if (value >= Math.scalb(1.0, bits)) {
          number = -1L >>> (64 - bits);
        } else if (value >= 0x1p63) {
          number = (long) (value - 0x1p63) ^ Long.MIN_VALUE;
        } else {
          number = (long) Math.max(value, 0);
        }
        Literal.put(part, element, index, number);
      }
    }
  }
}
