package dev.miser.ir.eval;

import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Unary;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** The functions of one and of two floats. */
final class FloatFunctions {
  private FloatFunctions() {}

  static DoubleUnaryOperator of(Unary.Kind kind) {
    return switch (kind) {
      case ABS -> Math::abs;
      case NEGATE -> x -> -x;
      case SIGN -> Math::signum;
      case SQUARE -> x -> x * x;
      case RELU -> x -> Math.max(x, 0);
      case EXP -> StrictMath::exp;
      case EXPM1 -> StrictMath::expm1;
      case LOG -> StrictMath::log;
      case LOG1P -> StrictMath::log1p;
      case SQRT -> StrictMath::sqrt;
      case RSQRT -> x -> 1 / StrictMath.sqrt(x);
      case RECIPROCAL -> x -> 1 / x;
      case SIN -> StrictMath::sin;
      case COS -> StrictMath::cos;
      case TAN -> StrictMath::tan;
      case ASIN -> StrictMath::asin;
      case ACOS -> StrictMath::acos;
      case ATAN -> StrictMath::atan;
      case SINH -> StrictMath::sinh;
      case COSH -> StrictMath::cosh;
      case ASINH -> SpecialFunctions::asinh;
      case ACOSH -> SpecialFunctions::acosh;
      case ATANH -> SpecialFunctions::atanh;
      case TANH -> StrictMath::tanh;
      case ERF -> SpecialFunctions::erf;
      case SIGMOID -> SpecialFunctions::sigmoid;
      case SOFTPLUS -> SpecialFunctions::softplus;
      case GELU -> SpecialFunctions::gelu;
      case GELU_TANH -> SpecialFunctions::geluTanh;
      case SILU -> x -> x * SpecialFunctions.sigmoid(x);
      case FLOOR -> StrictMath::floor;
      case CEIL -> StrictMath::ceil;
      case ROUND_HALF_EVEN -> StrictMath::rint;
      case TRUNCATE -> x -> x < 0 ? StrictMath.ceil(x) : StrictMath.floor(x);
      case IS_NAN, IS_INFINITE, LOGICAL_NOT, BITWISE_NOT ->
          throw new IllegalArgumentException(kind + " does not make floats of floats");
    };
  }

  static DoubleBinaryOperator of(Binary.Kind kind) {
    return switch (kind) {
      case ADD -> (a, b) -> a + b;
      case SUBTRACT -> (a, b) -> a - b;
      case MULTIPLY -> (a, b) -> a * b;
      case DIVIDE -> (a, b) -> a / b;
      case POWER -> StrictMath::pow;
      case MINIMUM -> Math::min;
      case MAXIMUM -> Math::max;
      case REMAINDER -> (a, b) -> a % b;
      case FLOOR_REMAINDER -> FloatFunctions::floorRemainder;
      case ATAN2 -> StrictMath::atan2;
      case AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT ->
          throw new IllegalArgumentException(kind + " is not defined on floats");
    };
  }

  private static double floorRemainder(double a, double b) {
    double remainder = a % b;
    if (remainder == 0) {
      return Math.copySign(0, b);
    }
    return (remainder < 0) == (b < 0) ? remainder : remainder + b;
  }
}
