package dev.miser.ir.eval;

import dev.miser.ir.diag.Code;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Unary;
import dev.miser.ir.type.ElementType;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/** The functions of one and of two integers or booleans; the caller wraps what they return. */
final class IntegerFunctions {
  private IntegerFunctions() {}

  static LongUnaryOperator of(Unary.Kind kind, ElementType element) {
    return switch (kind) {
      case ABS -> element.isUnsigned() ? x -> x : Math::abs;
      case NEGATE -> x -> -x;
      case SIGN -> x -> compare(x, 0, element);
      case SQUARE -> x -> x * x;
      case RELU -> element.isUnsigned() ? x -> x : x -> Math.max(x, 0);
      case LOGICAL_NOT -> x -> 1 - x;
      case BITWISE_NOT -> x -> ~x;
      case EXP,
          EXPM1,
          LOG,
          LOG1P,
          SQRT,
          RSQRT,
          RECIPROCAL,
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
          ATANH,
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
          IS_NAN,
          IS_INFINITE ->
          throw new IllegalArgumentException(kind + " is not defined on integers");
    };
  }

  static LongBinaryOperator of(Binary.Kind kind, ElementType element) {
    return switch (kind) {
      case ADD -> Long::sum;
      case SUBTRACT -> (a, b) -> a - b;
      case MULTIPLY -> (a, b) -> a * b;
      case DIVIDE -> (a, b) -> divide(a, b, element);
      case POWER -> (a, b) -> power(a, b, element);
      case MINIMUM -> (a, b) -> compare(a, b, element) <= 0 ? a : b;
      case MAXIMUM -> (a, b) -> compare(a, b, element) >= 0 ? a : b;
      case REMAINDER -> (a, b) -> remainder(a, b, element);
      case FLOOR_REMAINDER -> (a, b) -> floorRemainder(a, b, element);
      case AND -> (a, b) -> a & b;
      case OR -> (a, b) -> a | b;
      case XOR -> (a, b) -> a ^ b;
      case SHIFT_LEFT -> (a, b) -> within(b, element) ? a << b : 0;
      case SHIFT_RIGHT -> (a, b) -> shiftRight(a, b, element);
      case ATAN2 -> throw new IllegalArgumentException(kind + " is not defined on integers");
    };
  }

  /** Returns -1, 0 or 1 as {@code a} is below, equal to or above {@code b}. */
  static int compare(long a, long b, ElementType element) {
    return element.isUnsigned() ? Long.compareUnsigned(a, b) : Long.compare(a, b);
  }

  private static long divide(long a, long b, ElementType element) {
    requireNotZero(b);
    return element.isUnsigned() ? Long.divideUnsigned(a, b) : a / b;
  }

  private static long remainder(long a, long b, ElementType element) {
    requireNotZero(b);
    return element.isUnsigned() ? Long.remainderUnsigned(a, b) : a % b;
  }

  private static long floorRemainder(long a, long b, ElementType element) {
    requireNotZero(b);
    return element.isUnsigned() ? Long.remainderUnsigned(a, b) : Math.floorMod(a, b);
  }

  private static void requireNotZero(long divisor) {
    if (divisor == 0) {
      throw new Failure(Code.RUN_DIVIDE_BY_ZERO);
    }
  }

  private static long power(long base, long exponent, ElementType element) {
    if (exponent < 0 && !element.isUnsigned()) {
      boolean odd = (exponent & 1) != 0;
      return base == 1 ? 1 : base == -1 ? (odd ? -1 : 1) : 0;
    }
    long result = 1;
    long square = base;
    for (long left = exponent; left != 0; left >>>= 1) {
      if ((left & 1) != 0) {
        result *= square;
      }
      square *= square;
    }
    return result;
  }

  private static boolean within(long shift, ElementType element) {
    return shift >= 0 && shift < element.bytes() * 8L;
  }

  private static long shiftRight(long value, long shift, ElementType element) {
    if (element.isUnsigned()) {
      return within(shift, element) ? value >>> shift : 0;
    }
    return value >> (within(shift, element) ? shift : 63);
  }
}
