package dev.miser.codegen.vector;

import static dev.miser.codegen.vector.Primitive.DOUBLE_BITS;
import static dev.miser.codegen.vector.Primitive.DOUBLE_OF_BITS;
import static dev.miser.codegen.vector.Primitive.FLOAT_BITS;
import static dev.miser.codegen.vector.Primitive.FLOAT_OF_BITS;

import com.palantir.javapoet.CodeBlock;
import dev.miser.ir.type.ElementType;
import dev.miser.runtime.Scalars;

/** The code of reading an element's bits as another type of its width. */
final class BitcastCode {
  private BitcastCode() {}

  static Lane write(Lanes lanes, Lane x, ElementType to) {
    if (x.type() == to) {
      return x;
    }
    Lane bits = x.type().isFloat() ? bits(lanes, x) : x;
    // Among integers of one width, and from bool, converting keeps the bits: it wraps.
    return to.isFloat() ? ofBits(lanes, bits, to) : ConvertCode.write(lanes, bits, to);
  }

  /** Returns the bits of a float as a signed integer. */
  private static Lane bits(Lanes lanes, Lane x) {
    return switch (x.type()) {
      case F32 -> lanes.apply(FLOAT_BITS, x);
      case F64 -> lanes.apply(DOUBLE_BITS, x);
      case F16 ->
          lanes.define(
              "bits",
              ElementType.I16,
              CodeBlock.of("$T.floatToFloat16($L)", Float.class, x.code()));
      case BF16 ->
          lanes.define(
              "bits",
              ElementType.I16,
              CodeBlock.of("$T.floatToBfloat16($L)", Scalars.class, x.code()));
      case I64, I32, I16, I8, U64, U32, U16, U8, BOOL ->
          throw new IllegalArgumentException("not a float: " + x.type());
    };
  }

  /** Returns the float that has the bits of an integer. */
  private static Lane ofBits(Lanes lanes, Lane bits, ElementType to) {
    return switch (to) {
      case F32 -> lanes.apply(FLOAT_OF_BITS, bits);
      case F64 -> lanes.apply(DOUBLE_OF_BITS, bits);
      case F16 ->
          lanes.define(
              "half", to, CodeBlock.of("$T.float16ToFloat((short) $L)", Float.class, bits.code()));
      case BF16 ->
          lanes.define(
              "half",
              to,
              CodeBlock.of("$T.bfloat16ToFloat((short) $L)", Scalars.class, bits.code()));
      case I64, I32, I16, I8, U64, U32, U16, U8, BOOL ->
          throw new IllegalArgumentException("not a float: " + to);
    };
  }
}
