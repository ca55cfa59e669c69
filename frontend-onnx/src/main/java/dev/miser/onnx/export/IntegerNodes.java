package dev.miser.onnx.export;

import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import java.util.List;

/**
 * Functions of integers that ONNX has only in part. They are computed in i64: what wraps there and
 * is cut to fewer bits is what wraps with fewer bits.
 */
record IntegerNodes(GraphDraft graph, Formula formula) {
  /**
   * Multiplies squares, one for each bit of the exponent: exact, and wrapping, as the operator of
   * ONNX is not.
   */
  Value power(Value base, Value exponent) {
    ElementType element = base.type().element();
    Value bits = formula.cast(exponent, ElementType.I64);
    Value square = formula.cast(base, ElementType.I64);
    Value wide = square;
    Value result = formula.expand(number(1), Formula.broadcast(base, exponent));
    int count = element.isUnsigned() ? element.bytes() * 8 : element.bytes() * 8 - 1;
    for (int bit = 0; bit < count; bit++) {
      Value isUnset =
          formula.compare("Equal", formula.binary("BitwiseAnd", bits, number(1L << bit)), 0L);
      result = formula.where(isUnset, result, formula.multiply(result, square));
      square = bit + 1 < count ? formula.multiply(square, square) : square;
    }
    if (!element.isUnsigned()) {
      Value isOdd = formula.compare("Equal", formula.binary("BitwiseAnd", bits, number(1)), 1L);
      Value ofMinusOne =
          formula.where(
              formula.compare("Equal", wide, -1L),
              formula.where(isOdd, number(-1), number(1)),
              number(0));
      Value inverse = formula.where(formula.compare("Equal", wide, 1L), number(1), ofMinusOne);
      result = formula.where(formula.compare("Less", bits, 0L), inverse, result);
    }
    return formula.cast(result, element);
  }

  Value shiftLeft(Value x, Value amount) {
    Amount checked = checked(x, amount);
    Value shifted = shift(formula.cast(x, ElementType.I64), checked.bits(), "LEFT");
    Value result = formula.where(checked.isWithin(), shifted, number(0));
    return formula.cast(result, x.type().element());
  }

  /** A negative number is shifted as its complement, which is not negative. */
  Value shiftRight(Value x, Value amount) {
    ElementType element = x.type().element();
    Amount checked = checked(x, amount);
    Value wide = formula.cast(x, ElementType.I64);
    if (element.isUnsigned()) {
      Value shifted = shift(wide, checked.bits(), "RIGHT");
      return formula.cast(formula.where(checked.isWithin(), shifted, number(0)), element);
    }
    Value isNegative = formula.compare("Less", wide, 0L);
    Value natural = formula.where(isNegative, formula.unary("BitwiseNot", wide), wide);
    Value shifted = shift(natural, checked.bits(), "RIGHT");
    Value kept = formula.where(checked.isWithin(), shifted, number(0));
    Value result = formula.where(isNegative, formula.unary("BitwiseNot", kept), kept);
    return formula.cast(result, element);
  }

  /** How far to shift: an amount outside the width is 0 here, and not within. */
  private record Amount(Value bits, Value isWithin) {}

  private Amount checked(Value x, Value amount) {
    Value bits = formula.cast(amount, ElementType.I64);
    // Of u64 what does not fit i64 is negative, and so outside too.
    Value isWithin =
        formula.compare(
            "And",
            formula.compare("GreaterOrEqual", bits, 0L),
            formula.compare("Less", bits, x.type().element().bytes() * 8L));
    return new Amount(formula.where(isWithin, bits, number(0)), isWithin);
  }

  /** ONNX shifts unsigned numbers only. */
  private Value shift(Value x, Value bits, String direction) {
    Value from = formula.cast(x, ElementType.U64);
    Value by = formula.cast(bits, ElementType.U64);
    Value shifted =
        graph.node(
            "BitShift",
            from.type().withShape(Formula.broadcast(from, by)),
            List.of(from, by),
            Attributes.text("direction", direction));
    return formula.cast(shifted, ElementType.I64);
  }

  private Value number(long value) {
    return graph.scalar(ElementType.I64, value);
  }
}
