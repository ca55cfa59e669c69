package dev.miser.passes.simplify;

import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Bitcast;
import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Constant;
import dev.miser.ir.op.Convert;
import dev.miser.ir.op.Elementwise;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Select;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;

/** The algebra of elementwise operations; of binary ones in {@link BinaryRules}. */
final class ElementwiseRules {
  private ElementwiseRules() {}

  static Rewrite rewrite(Elementwise elementwise, Site site) {
    return switch (elementwise) {
      case Unary unary -> unary(unary, site);
      case Binary binary -> BinaryRules.rewrite(binary, site);
      case Compare compare -> compare(compare, site);
      case Select select -> select(select, site);
      case Convert convert -> convert(convert, site);
      case Bitcast bitcast -> bitcast(bitcast, site);
    };
  }

  private static Rewrite unary(Unary unary, Site site) {
    Value x = unary.x();
    boolean unsigned = x.type().element().isUnsigned();
    if (unsigned && (unary.kind() == Unary.Kind.RELU || unary.kind() == Unary.Kind.ABS)) {
      return Rewrite.use(x);
    }
    return switch (site.definition(x)) {
      case Unary inner -> unaryOfUnary(unary, inner);
      case Compare inner when unary.kind() == Unary.Kind.LOGICAL_NOT -> negated(inner);
      // Rewriting is optional.
      case null, default -> Rewrite.KEEP;
    };
  }

  private static Rewrite unaryOfUnary(Unary outer, Unary inner) {
    Value x = inner.x();
    Value once = outer.x();
    return switch (outer.kind()) {
      // -(-x) = x, and so for the other two; the sign of a NaN is not told apart.
      case NEGATE, LOGICAL_NOT, BITWISE_NOT ->
          inner.kind() == outer.kind() ? Rewrite.use(x) : Rewrite.KEEP;
      // |(|x|)| = |max(x, 0)| = the operand itself; |-x| = |x|. A square may wrap to a negative.
      case ABS ->
          switch (inner.kind()) {
            case ABS -> Rewrite.use(once);
            case RELU -> Rewrite.use(once);
            case NEGATE -> Rewrite.become(new Unary(Unary.Kind.ABS, x));
            default -> Rewrite.KEEP; // no other function forgets the sign exactly
          };
      // (-x)^2 = |x|^2 = x^2, wrapping included
      case SQUARE ->
          inner.kind() == Unary.Kind.NEGATE || inner.kind() == Unary.Kind.ABS
              ? Rewrite.become(new Unary(Unary.Kind.SQUARE, x))
              : Rewrite.KEEP;
      case RELU -> inner.kind() == Unary.Kind.RELU ? Rewrite.use(once) : Rewrite.KEEP;
      case SIGN -> inner.kind() == Unary.Kind.SIGN ? Rewrite.use(once) : Rewrite.KEEP;
      // What is an integer already is not rounded again.
      case FLOOR, CEIL, ROUND_HALF_EVEN, TRUNCATE ->
          switch (inner.kind()) {
            case FLOOR, CEIL, ROUND_HALF_EVEN, TRUNCATE, SIGN -> Rewrite.use(once);
            default -> Rewrite.KEEP; // no other function yields integers alone
          };
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
          IS_NAN,
          IS_INFINITE ->
          Rewrite.KEEP;
    };
  }

  /** not (a < b) = a >= b, unless an operand can be NaN. */
  private static Rewrite negated(Compare compare) {
    boolean ordered = !compare.lhs().type().element().isFloat();
    Compare.Kind kind =
        switch (compare.kind()) {
          case EQUAL -> Compare.Kind.NOT_EQUAL;
          case NOT_EQUAL -> Compare.Kind.EQUAL;
          case LESS -> Compare.Kind.GREATER_EQUAL;
          case LESS_EQUAL -> Compare.Kind.GREATER;
          case GREATER -> Compare.Kind.LESS_EQUAL;
          case GREATER_EQUAL -> Compare.Kind.LESS;
        };
    return ordered || kind == Compare.Kind.EQUAL || kind == Compare.Kind.NOT_EQUAL
        ? Rewrite.become(new Compare(kind, compare.lhs(), compare.rhs()))
        : Rewrite.KEEP;
  }

  private static Rewrite compare(Compare compare, Site site) {
    Value lhs = compare.lhs();
    Value rhs = compare.rhs();
    ElementType element = lhs.type().element();
    boolean equality =
        compare.kind() == Compare.Kind.EQUAL || compare.kind() == Compare.Kind.NOT_EQUAL;
    // x = x holds of everything but NaN
    if (lhs.equals(rhs) && !element.isFloat()) {
      boolean holds =
          switch (compare.kind()) {
            case EQUAL, LESS_EQUAL, GREATER_EQUAL -> true;
            case NOT_EQUAL, LESS, GREATER -> false;
          };
      return everywhere(compare.inferType(), holds ? 1 : 0);
    }
    if (element.isBoolean() && equality) {
      boolean wanted = compare.kind() == Compare.Kind.EQUAL;
      if (site.isInteger(rhs, wanted ? 1 : 0)) {
        return Rewrite.use(lhs);
      }
      if (site.isInteger(rhs, wanted ? 0 : 1)) {
        return Rewrite.become(new Unary(Unary.Kind.LOGICAL_NOT, lhs));
      }
    }
    return Rewrite.KEEP;
  }

  static Rewrite everywhere(TensorType type, long value) {
    return Rewrite.become(new Constant(Literal.splat(type, value)));
  }

  private static Rewrite select(Select select, Site site) {
    Value condition = select.condition();
    if (select.onTrue().equals(select.onFalse()) || site.isInteger(condition, 1)) {
      return Rewrite.use(select.onTrue());
    }
    if (site.isInteger(condition, 0)) {
      return Rewrite.use(select.onFalse());
    }
    if (site.definition(condition) instanceof Unary(var kind, var opposite)
        && kind == Unary.Kind.LOGICAL_NOT) {
      return Rewrite.become(
          new Select(opposite, /* onTrue= */ select.onFalse(), /* onFalse= */ select.onTrue()));
    }
    if (select.inferType().element().isBoolean()) {
      if (site.isInteger(select.onTrue(), 1) && site.isInteger(select.onFalse(), 0)) {
        return Rewrite.use(condition);
      }
      if (site.isInteger(select.onTrue(), 0) && site.isInteger(select.onFalse(), 1)) {
        return Rewrite.become(new Unary(Unary.Kind.LOGICAL_NOT, condition));
      }
    }
    return Rewrite.KEEP;
  }

  private static Rewrite convert(Convert convert, Site site) {
    Value x = convert.x();
    if (x.type().element() == convert.to()) {
      return Rewrite.use(x);
    }
    return site.definition(x) instanceof Convert(var y, var between)
            && skips(y.type().element(), between, convert.to())
        ? Rewrite.become(new Convert(y, convert.to()))
        : Rewrite.KEEP;
  }

  private static Rewrite bitcast(Bitcast bitcast, Site site) {
    Value x = bitcast.x();
    if (x.type().element() == bitcast.to()) {
      return Rewrite.use(x);
    }
    // The bits are those of y, whatever they were read as between. Where that was a NaN, the bits
    // of
    // some NaN were promised, and y's are.
    return site.definition(x) instanceof Bitcast(var y, var between)
        ? Rewrite.become(new Bitcast(y, bitcast.to()))
        : Rewrite.KEEP;
  }

  /** Whether converting from a to b to c gives what converting from a to c gives. */
  private static boolean skips(ElementType a, ElementType b, ElementType c) {
    if (a.isInteger() && b.isInteger() && c.isInteger() && c.bytes() <= b.bytes()) {
      return true; // wrapping twice wraps to the narrower
    }
    // An integer that goes through a float would saturate where, going directly, it wraps.
    boolean saturates = !a.isFloat() && b.isFloat() && c.isInteger() && !holds(c, a);
    return holds(b, a) && !saturates;
  }

  /** Whether {@code wide} can hold every value of {@code narrow}. */
  private static boolean holds(ElementType wide, ElementType narrow) {
    return wide == narrow
        || switch (narrow.kind()) {
          case BOOLEAN -> true;
          case FLOAT ->
              wide == ElementType.F64 || (wide == ElementType.F32 && narrow != ElementType.F64);
          case SIGNED ->
              wide.isFloat()
                  ? significantBits(wide) >= 8 * narrow.bytes() - 1
                  : wide.kind() == ElementType.Kind.SIGNED && wide.bytes() > narrow.bytes();
          case UNSIGNED ->
              wide.isFloat()
                  ? significantBits(wide) >= 8 * narrow.bytes()
                  : wide.isInteger() && wide.bytes() > narrow.bytes();
        };
  }

  private static int significantBits(ElementType element) {
    return switch (element) {
      case F64 -> 53;
      case F32 -> 24;
      case F16 -> 11;
      case BF16 -> 8;
      case I64, I32, I16, I8, U64, U32, U16, U8, BOOL ->
          throw new IllegalArgumentException("not a float type: " + element);
    };
  }
}
