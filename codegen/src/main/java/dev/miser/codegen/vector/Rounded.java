package dev.miser.codegen.vector;

import com.palantir.javapoet.CodeBlock;
import dev.miser.ir.type.ElementType;
import dev.miser.runtime.Scalars;

/** Brings what a wider register computed back into the values of a narrow element type. */
final class Rounded {
  private Rounded() {}

  /**
   * Rounds an f32 result to a sixteen-bit float. One sum, product, quotient or root of such numbers
   * rounded to f32 and then again is what rounding once gives: f32 has more than twice their bits.
   */
  static Lane to(Lanes lanes, ElementType type, Lane x) {
    if (x.type().isBoolean()) {
      return x;
    }
    return switch (type) {
      case F16 ->
          lanes.define(
              "rounded", type, CodeBlock.of("$T.roundToFloat16($L)", Scalars.class, x.code()));
      case BF16 ->
          lanes.define(
              "rounded", type, CodeBlock.of("$T.roundToBfloat16($L)", Scalars.class, x.code()));
      case F32 -> x;
      case F64, I64, I32, I16, I8, U64, U32, U16, U8, BOOL ->
          throw new IllegalArgumentException("no float that f32 holds: " + type);
    };
  }

  /** Wraps an int to the width of a small integer type. */
  static Lane wrap(Lanes lanes, Lane x) {
    return switch (x.type()) {
      case I16 -> lanes.define("wrapped", x.type(), CodeBlock.of("(short) ($L)", x.code()));
      case I8 -> lanes.define("wrapped", x.type(), CodeBlock.of("(byte) ($L)", x.code()));
      case U16 -> lanes.define("wrapped", x.type(), CodeBlock.of("$L & 0xffff", x.code()));
      case U8 -> lanes.define("wrapped", x.type(), CodeBlock.of("$L & 0xff", x.code()));
      case I64, I32, U64, U32 -> x;
      case F32, F64, F16, BF16, BOOL ->
          throw new IllegalArgumentException("not an integer: " + x.type());
    };
  }
}
