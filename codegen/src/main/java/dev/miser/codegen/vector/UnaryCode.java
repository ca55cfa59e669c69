package dev.miser.codegen.vector;

import static dev.miser.codegen.vector.Primitive.ABS;
import static dev.miser.codegen.vector.Primitive.DIVIDE;
import static dev.miser.codegen.vector.Primitive.EQUAL;
import static dev.miser.codegen.vector.Primitive.LESS;
import static dev.miser.codegen.vector.Primitive.MASK_NOT;
import static dev.miser.codegen.vector.Primitive.MAX;
import static dev.miser.codegen.vector.Primitive.MULTIPLY;
import static dev.miser.codegen.vector.Primitive.NEGATE;
import static dev.miser.codegen.vector.Primitive.NOT_EQUAL;
import static dev.miser.codegen.vector.Primitive.SELECT;
import static dev.miser.codegen.vector.Primitive.SQRT;
import static dev.miser.codegen.vector.Primitive.SUBTRACT;
import static dev.miser.codegen.vector.Primitive.XOR;

import com.palantir.javapoet.CodeBlock;
import dev.miser.codegen.JavaNames;
import dev.miser.ir.op.Unary;
import dev.miser.ir.type.ElementType;
import dev.miser.runtime.Scalars;

/** The code of functions of one element. */
final class UnaryCode {
  private UnaryCode() {}

  /** Returns whether vectors of a type have the function. */
  static boolean hasVector(Unary.Kind kind, ElementType type) {
    return switch (kind) {
      case ABS, NEGATE, SIGN, SQUARE, RELU -> true;
      case SQRT, RSQRT, RECIPROCAL, IS_NAN, IS_INFINITE -> true;
      case LOGICAL_NOT, BITWISE_NOT -> true;
      case EXP, EXPM1, LOG, LOG1P, TANH, ERF, SIGMOID, SOFTPLUS, GELU, GELU_TANH, SILU ->
          type == ElementType.F32;
      case FLOOR, CEIL, ROUND_HALF_EVEN, TRUNCATE -> type == ElementType.F32;
      case SIN, COS, TAN, ASIN, ACOS, ATAN, SINH, COSH, ASINH, ACOSH, ATANH -> false;
    };
  }

  /** Returns about how many primitives the function takes in f32, where it takes most. */
  static int primitives(Unary.Kind kind) {
    return switch (kind) {
      case GELU_TANH -> 75;
      case GELU, ERF, SOFTPLUS -> 60;
      case TANH, LOG1P -> 45;
      case EXP, EXPM1, LOG, SIGMOID, SILU -> 35;
      case FLOOR, CEIL, ROUND_HALF_EVEN, TRUNCATE -> 12;
      case SIN, COS, TAN, ASIN, ACOS, ATAN, SINH, COSH, ASINH, ACOSH, ATANH -> 4;
      case ABS, NEGATE, SIGN, SQUARE, RELU, SQRT, RSQRT, RECIPROCAL -> 2;
      case IS_NAN, IS_INFINITE, LOGICAL_NOT, BITWISE_NOT -> 2;
    };
  }

  static Lane write(Lanes lanes, Unary.Kind kind, Lane x) {
    ElementType type = x.type();
    return switch (type) {
      case F32 -> f32(lanes, kind, x);
      case F16, BF16 ->
          Rounded.to(lanes, type, f32(lanes, kind, new Lane(ElementType.F32, x.code())));
      case F64 -> f64(lanes, kind, x);
      case I64, I32, I16, I8, U64, U32, U16, U8 -> integer(lanes, kind, x);
      case BOOL -> lanes.apply(MASK_NOT, x);
    };
  }

  private static Lane f32(Lanes lanes, Unary.Kind kind, Lane x) {
    return switch (kind) {
      case ABS, NEGATE, SIGN, SQUARE, RELU, SQRT, RSQRT, RECIPROCAL, IS_NAN, IS_INFINITE ->
          basic(lanes, kind, x);
      case EXP -> Functions.exp(lanes, x);
      case EXPM1 -> Functions.expm1(lanes, x);
      case LOG -> Functions.log(lanes, x);
      case LOG1P -> Functions.log1p(lanes, x);
      case TANH -> Functions.tanh(lanes, x);
      case ERF -> Functions.erf(lanes, x);
      case SIGMOID -> Functions.sigmoid(lanes, x);
      case SOFTPLUS -> Functions.softplus(lanes, x);
      case GELU -> Functions.gelu(lanes, x);
      case GELU_TANH -> Functions.geluTanh(lanes, x);
      case SILU -> Functions.silu(lanes, x);
      case FLOOR -> Functions.floor(lanes, x);
      case CEIL -> Functions.ceil(lanes, x);
      case ROUND_HALF_EVEN -> Functions.roundHalfEven(lanes, x);
      case TRUNCATE -> Functions.truncate(lanes, x);
      case SIN, COS, TAN, ASIN, ACOS, ATAN, SINH, COSH, ASINH, ACOSH, ATANH ->
          lanes.define(
              kind.mnemonic(),
              ElementType.F32,
              CodeBlock.of(
                  "(float) $T.$N($L)",
                  Scalars.class,
                  JavaNames.lowerCamel(kind.name().toLowerCase(java.util.Locale.ROOT)),
                  x.code()));
      case LOGICAL_NOT, BITWISE_NOT -> throw new IllegalArgumentException(kind + " of a float");
    };
  }

  private static Lane f64(Lanes lanes, Unary.Kind kind, Lane x) {
    return switch (kind) {
      case ABS, NEGATE, SIGN, SQUARE, RELU, SQRT, RSQRT, RECIPROCAL, IS_NAN, IS_INFINITE ->
          basic(lanes, kind, x);
      case EXP,
          EXPM1,
          LOG,
          LOG1P,
          TANH,
          ERF,
          SIGMOID,
          SOFTPLUS,
          GELU,
          GELU_TANH,
          SILU,
          FLOOR,
          CEIL,
          ROUND_HALF_EVEN,
          TRUNCATE,
          SIN,
          COS,
          TAN,
          ASIN,
          ACOS,
          ATAN,
          SINH,
          COSH,
          ASINH,
          ACOSH,
          ATANH ->
          lanes.define(
              kind.mnemonic(),
              ElementType.F64,
              CodeBlock.of(
                  "$T.$N($L)",
                  Scalars.class,
                  JavaNames.lowerCamel(kind.name().toLowerCase(java.util.Locale.ROOT)),
                  x.code()));
      case LOGICAL_NOT, BITWISE_NOT -> throw new IllegalArgumentException(kind + " of a float");
    };
  }

  /** What both float types have as primitives. */
  private static Lane basic(Lanes lanes, Unary.Kind kind, Lane x) {
    return switch (kind) {
      case ABS -> lanes.apply(ABS, x);
      case NEGATE -> lanes.apply(NEGATE, x);
      case SQUARE -> lanes.apply(MULTIPLY, x, x);
      case RELU -> lanes.apply(MAX, x, lanes.constant(x.type(), 0.0));
      case SQRT -> lanes.apply(SQRT, x);
      case RSQRT -> reciprocal(lanes, lanes.apply(SQRT, x));
      case RECIPROCAL -> reciprocal(lanes, x);
      case IS_NAN -> lanes.apply(NOT_EQUAL, x, x);
      case IS_INFINITE ->
          lanes.apply(
              EQUAL, lanes.apply(ABS, x), lanes.constant(x.type(), Double.POSITIVE_INFINITY));
      case SIGN -> {
        // Zero and NaN stay as they are.
        Lane zero = lanes.constant(x.type(), 0.0);
        Lane one = lanes.constant(x.type(), 1.0);
        Lane negative = lanes.constant(x.type(), -1.0);
        Lane below = lanes.apply(SELECT, lanes.apply(LESS, x, zero), negative, x);
        yield lanes.apply(SELECT, lanes.apply(LESS, zero, x), one, below);
      }
      default -> throw new IllegalArgumentException(kind + " is no primitive");
    };
  }

  private static Lane reciprocal(Lanes lanes, Lane x) {
    return lanes.apply(DIVIDE, lanes.constant(x.type(), 1.0), x);
  }

  private static Lane integer(Lanes lanes, Unary.Kind kind, Lane x) {
    ElementType type = x.type();
    return switch (kind) {
      case ABS -> type.isUnsigned() ? x : Rounded.wrap(lanes, lanes.apply(ABS, x));
      case NEGATE -> Rounded.wrap(lanes, lanes.apply(SUBTRACT, lanes.constant(type, 0L), x));
      case SQUARE -> Rounded.wrap(lanes, lanes.apply(MULTIPLY, x, x));
      case RELU -> type.isUnsigned() ? x : lanes.apply(MAX, x, lanes.constant(type, 0L));
      case SIGN -> {
        Lane zero = lanes.constant(type, 0L);
        Lane one = lanes.constant(type, 1L);
        if (type.isUnsigned()) {
          yield lanes.apply(SELECT, lanes.apply(NOT_EQUAL, x, zero), one, zero);
        }
        Lane negative = lanes.constant(type, -1L);
        Lane below = lanes.apply(SELECT, lanes.apply(LESS, x, zero), negative, zero);
        yield lanes.apply(SELECT, lanes.apply(LESS, zero, x), one, below);
      }
      case BITWISE_NOT -> Rounded.wrap(lanes, lanes.apply(XOR, x, lanes.constant(type, -1L)));
      default -> throw new IllegalArgumentException(kind + " of an integer");
    };
  }
}
