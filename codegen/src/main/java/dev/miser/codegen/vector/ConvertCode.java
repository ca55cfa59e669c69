package dev.miser.codegen.vector;

import static dev.miser.codegen.vector.Primitive.NOT_EQUAL;
import static dev.miser.codegen.vector.Primitive.SELECT;
import static dev.miser.codegen.vector.Primitive.TO_FLOAT;
import static dev.miser.codegen.vector.Primitive.TO_INT;

import com.palantir.javapoet.CodeBlock;
import dev.miser.ir.type.ElementType;
import dev.miser.runtime.Scalars;

/** The code of conversions between element types. */
final class ConvertCode {
  private ConvertCode() {}

  /** Returns whether vectors have the conversion. */
  static boolean hasVector(ElementType from, ElementType to) {
    return from == to
        || from.isBoolean()
        || to.isBoolean()
        || (from == ElementType.F32 && to == ElementType.I32)
        || (from == ElementType.I32 && to == ElementType.F32);
  }

  static Lane write(Lanes lanes, Lane x, ElementType to) {
    ElementType from = x.type();
    if (from == to) {
      return x;
    }
    if (from.isBoolean()) {
      return lanes.apply(SELECT, x, one(lanes, to), zero(lanes, to));
    }
    if (to.isBoolean()) {
      return lanes.apply(NOT_EQUAL, x, zero(lanes, from));
    }
    if (from.isFloat()) {
      return to.isFloat() ? floatToFloat(lanes, x, to) : floatToInteger(lanes, x, to);
    }
    return to.isFloat() ? integerToFloat(lanes, x, to) : integerToInteger(lanes, x, to);
  }

  private static Lane zero(Lanes lanes, ElementType type) {
    return type.isFloat() ? lanes.constant(type, 0.0) : lanes.constant(type, 0L);
  }

  private static Lane one(Lanes lanes, ElementType type) {
    return type.isFloat() ? lanes.constant(type, 1.0) : lanes.constant(type, 1L);
  }

  private static Lane floatToFloat(Lanes lanes, Lane x, ElementType to) {
    return switch (to) {
      case F64 -> lanes.define("wide", to, CodeBlock.of("(double) $L", x.code()));
      case F32 ->
          x.type() == ElementType.F64
              ? lanes.define("narrow", to, CodeBlock.of("(float) $L", x.code()))
              : new Lane(to, x.code()); // held as float already
      case F16, BF16 ->
          x.type() == ElementType.F64
              ? lanes.define("narrow", to, narrow(to, x.code()))
              : Rounded.to(lanes, to, new Lane(ElementType.F32, x.code()));
      case I64, I32, I16, I8, U64, U32, U16, U8, BOOL ->
          throw new IllegalArgumentException("not a float: " + to);
    };
  }

  /** Rounds a double once to a sixteen-bit float. */
  private static CodeBlock narrow(ElementType to, CodeBlock x) {
    return CodeBlock.of(
        "$T.$N($L)",
        Scalars.class,
        to == ElementType.F16 ? "doubleToFloat16" : "doubleToBfloat16",
        x);
  }

  private static Lane floatToInteger(Lanes lanes, Lane x, ElementType to) {
    if (x.type() == ElementType.F32 && to == ElementType.I32) {
      return lanes.apply(TO_INT, x);
    }
    CodeBlock converted =
        switch (to) {
          case I64 -> CodeBlock.of("(long) $L", x.code());
          case I32 -> CodeBlock.of("(int) $L", x.code());
          case U64 -> CodeBlock.of("$T.toUnsignedLong($L)", Scalars.class, x.code());
          case U32 ->
              CodeBlock.of("(int) $T.clamp((long) $L, 0L, 0xffffffffL)", Math.class, x.code());
          case I16, I8, U16, U8 ->
              CodeBlock.of(
                  "$T.clamp((long) $L, $L, $L)",
                  Math.class,
                  x.code(),
                  to.isUnsigned() ? 0 : -(1 << (8 * to.bytes() - 1)),
                  to.isUnsigned() ? (1 << (8 * to.bytes())) - 1 : (1 << (8 * to.bytes() - 1)) - 1);
          case F32, F64, F16, BF16, BOOL ->
              throw new IllegalArgumentException("not an integer: " + to);
        };
    return lanes.define("converted", to, converted);
  }

  private static Lane integerToFloat(Lanes lanes, Lane x, ElementType to) {
    if (x.type() == ElementType.I32 && to == ElementType.F32) {
      return lanes.apply(TO_FLOAT, x);
    }
    // Through double where that is exact; integers of 64 bits round once, to f32 or f64.
    CodeBlock exact =
        switch (x.type()) {
          case U32 -> CodeBlock.of("$T.toUnsignedLong($L)", Integer.class, x.code());
          default -> x.code();
        };
    CodeBlock converted =
        switch (to) {
          case F64 ->
              x.type() == ElementType.U64
                  ? CodeBlock.of("$T.unsignedToDouble($L)", Scalars.class, x.code())
                  : CodeBlock.of("(double) $L", exact);
          case F32 ->
              x.type() == ElementType.U64
                  ? CodeBlock.of("$T.unsignedToFloat($L)", Scalars.class, x.code())
                  : CodeBlock.of("(float) $L", exact);
          case F16, BF16 ->
              narrow(
                  to,
                  x.type() == ElementType.U64
                      ? CodeBlock.of("$T.unsignedToOdd($L)", Scalars.class, x.code())
                      : CodeBlock.of("$T.toOdd($L)", Scalars.class, exact));
          case I64, I32, I16, I8, U64, U32, U16, U8, BOOL ->
              throw new IllegalArgumentException("not a float: " + to);
        };
    return lanes.define("converted", to, converted);
  }

  private static Lane integerToInteger(Lanes lanes, Lane x, ElementType to) {
    ElementType from = x.type();
    CodeBlock converted =
        from.bytes() == 8
            ? (to.bytes() == 8 ? x.code() : CodeBlock.of("(int) $L", x.code()))
            : to.bytes() == 8 && from == ElementType.U32
                ? CodeBlock.of("$T.toUnsignedLong($L)", Integer.class, x.code())
                : x.code();
    return Rounded.wrap(lanes, lanes.define("converted", to, converted));
  }
}
