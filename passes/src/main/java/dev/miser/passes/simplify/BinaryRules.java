package dev.miser.passes.simplify;

import static dev.miser.passes.simplify.ElementwiseRules.everywhere;

import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Constant;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.TensorType;
import org.jspecify.annotations.Nullable;

/** The algebra of functions of two elements. */
final class BinaryRules {
  private BinaryRules() {}

  static Rewrite rewrite(Binary binary, Site site) {
    Value lhs = binary.lhs();
    Value rhs = binary.rhs();
    // c + x = x + c: one order for all, so that rules and common subexpressions see one form
    if (binary.kind().isCommutative() && site.splat(lhs) != null && site.splat(rhs) == null) {
      return Rewrite.become(new Binary(binary.kind(), rhs, lhs));
    }
    TensorType type = lhs.type();
    boolean isFloat = type.element().isFloat();
    boolean same = lhs.equals(rhs);
    return switch (binary.kind()) {
      // x + -0 = x; x + 0 is 0 for x = -0, so that zero is kept
      case ADD ->
          site.isInteger(rhs, 0) || site.isFloat(rhs, -0.0)
              ? Rewrite.use(lhs)
              : signs(binary, site);
      case SUBTRACT -> {
        if (site.isNumber(rhs, 0)) {
          yield Rewrite.use(lhs);
        }
        // x - x = 0 holds of integers: of infinity it is NaN
        yield same && !isFloat ? everywhere(type, 0) : signs(binary, site);
      }
      case MULTIPLY -> {
        if (site.isNumber(rhs, 1)) {
          yield Rewrite.use(lhs);
        } else if (site.isInteger(rhs, 0)) {
          yield everywhere(type, 0);
        } else if (site.isNumber(rhs, -1) && !type.element().isUnsigned()) {
          yield Rewrite.become(new Unary(Unary.Kind.NEGATE, lhs));
        }
        yield same ? Rewrite.become(new Unary(Unary.Kind.SQUARE, lhs)) : signs(binary, site);
      }
      case DIVIDE -> divide(binary, site);
      case POWER -> power(binary, site);
      case MINIMUM ->
          same || site.isFloat(rhs, Double.POSITIVE_INFINITY) ? Rewrite.use(lhs) : Rewrite.KEEP;
      case MAXIMUM -> {
        if (same || site.isFloat(rhs, Double.NEGATIVE_INFINITY)) {
          yield Rewrite.use(lhs);
        }
        yield site.isNumber(rhs, 0)
            ? Rewrite.become(new Unary(Unary.Kind.RELU, lhs))
            : Rewrite.KEEP;
      }
      case REMAINDER, FLOOR_REMAINDER ->
          site.isInteger(rhs, 1) ? everywhere(type, 0) : Rewrite.KEEP;
      case AND -> {
        if (same || site.isInteger(rhs, allOnes(type))) {
          yield Rewrite.use(lhs);
        }
        yield site.isInteger(rhs, 0) ? everywhere(type, 0) : Rewrite.KEEP;
      }
      case OR -> {
        if (same || site.isInteger(rhs, 0)) {
          yield Rewrite.use(lhs);
        }
        yield site.isInteger(rhs, allOnes(type)) ? everywhere(type, allOnes(type)) : Rewrite.KEEP;
      }
      case XOR -> {
        if (site.isInteger(rhs, 0)) {
          yield Rewrite.use(lhs);
        }
        yield same ? everywhere(type, 0) : Rewrite.KEEP;
      }
      case SHIFT_LEFT, SHIFT_RIGHT -> site.isInteger(rhs, 0) ? Rewrite.use(lhs) : Rewrite.KEEP;
      case ATAN2 -> Rewrite.KEEP;
    };
  }

  private static long allOnes(TensorType type) {
    return type.element().isBoolean() ? 1 : -1;
  }

  /** Takes negations into sums and products. */
  private static Rewrite signs(Binary binary, Site site) {
    Value minusLhs = negated(binary.lhs(), site);
    Value minusRhs = negated(binary.rhs(), site);
    return switch (binary.kind()) {
      // x + -y = x - y; -x + y = y - x
      case ADD -> {
        if (minusRhs != null) {
          yield Rewrite.become(new Binary(Binary.Kind.SUBTRACT, binary.lhs(), minusRhs));
        }
        yield minusLhs != null
            ? Rewrite.become(new Binary(Binary.Kind.SUBTRACT, binary.rhs(), minusLhs))
            : Rewrite.KEEP;
      }
      // x - -y = x + y
      case SUBTRACT ->
          minusRhs == null
              ? Rewrite.KEEP
              : Rewrite.become(new Binary(Binary.Kind.ADD, binary.lhs(), minusRhs));
      // -x * -y = x * y, and so for the quotient
      case MULTIPLY, DIVIDE ->
          minusLhs == null || minusRhs == null
              ? Rewrite.KEEP
              : Rewrite.become(new Binary(binary.kind(), minusLhs, minusRhs));
      default -> Rewrite.KEEP; // no other function of two elements is linear in their signs
    };
  }

  private static @Nullable Value negated(Value value, Site site) {
    return site.definition(value) instanceof Unary(var kind, var x) && kind == Unary.Kind.NEGATE
        ? x
        : null;
  }

  private static Rewrite divide(Binary binary, Site site) {
    Value x = binary.lhs();
    Value divisor = binary.rhs();
    if (site.isNumber(divisor, 1)) {
      return Rewrite.use(x);
    }
    if (!x.type().element().isFloat()) {
      return Rewrite.KEEP;
    }
    if (site.isFloat(divisor, -1)) {
      return Rewrite.become(new Unary(Unary.Kind.NEGATE, x));
    }
    if (site.isFloat(x, 1)) {
      return Rewrite.become(new Unary(Unary.Kind.RECIPROCAL, divisor));
    }
    Literal literal = site.splat(divisor);
    if (literal != null) {
      double reciprocal = 1 / literal.doubleAt(0);
      Literal product = Literal.splat(x.type(), reciprocal);
      // x / 2^n = x * 2^-n: both are exact before the one rounding
      if (isPowerOfTwo(reciprocal) && product.isSplat() && product.doubleAt(0) == reciprocal) {
        return Rewrite.become(
            new Binary(Binary.Kind.MULTIPLY, x, site.constant("reciprocal", product)));
      }
    }
    return signs(binary, site);
  }

  private static boolean isPowerOfTwo(double value) {
    return Double.isFinite(value)
        && Math.abs(value) >= Double.MIN_NORMAL
        && (Double.doubleToRawLongBits(value) & 0xfffffffffffffL) == 0;
  }

  private static Rewrite power(Binary binary, Site site) {
    Value x = binary.lhs();
    Value exponent = binary.rhs();
    TensorType type = x.type();
    if (site.isNumber(exponent, 1)) {
      return Rewrite.use(x);
    }
    if (site.isNumber(exponent, 2)) {
      return Rewrite.become(new Unary(Unary.Kind.SQUARE, x));
    }
    if (site.isFloat(exponent, -1)) {
      return Rewrite.become(new Unary(Unary.Kind.RECIPROCAL, x));
    }
    // x^0 = 1, of NaN too
    if (site.isInteger(exponent, 0)) {
      return everywhere(type, 1);
    }
    return site.isFloat(exponent, 0.0) || site.isFloat(exponent, -0.0)
        ? Rewrite.become(new Constant(Literal.splat(type, 1.0)))
        : Rewrite.KEEP;
  }
}
