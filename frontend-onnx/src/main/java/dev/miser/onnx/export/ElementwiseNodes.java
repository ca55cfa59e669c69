package dev.miser.onnx.export;

import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Bitcast;
import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Convert;
import dev.miser.ir.op.Elementwise;
import dev.miser.ir.op.Select;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import java.util.List;

/** Functions of single elements, over operands that may need stretching. */
record ElementwiseNodes(GraphDraft graph, Formula formula) {
  Value of(Elementwise elementwise, List<Value> in) {
    return switch (elementwise) {
      case Unary op -> new UnaryNodes(graph, formula).of(op.kind(), in.getFirst());
      case Binary op -> binary(op.kind(), in.getFirst(), in.getLast());
      case Compare op -> compare(op.kind(), in.getFirst(), in.getLast());
      case Select op -> select(in.get(0), in.get(1), in.get(2));
      case Convert op -> convert(in.getFirst(), op.to());
      case Bitcast op -> formula.bitcast(in.getFirst(), op.to());
    };
  }

  private Value binary(Binary.Kind kind, Value a, Value b) {
    ElementType element = a.type().element();
    return switch (kind) {
      case ADD -> formula.add(a, b);
      case SUBTRACT -> formula.subtract(a, b);
      case MULTIPLY -> formula.multiply(a, b);
      case DIVIDE -> formula.divide(a, b);
      case POWER ->
          element.isFloat()
              ? formula.binary("Pow", a, b)
              : new IntegerNodes(graph, formula).power(a, b);
      case MINIMUM -> extreme("Min", a, b);
      case MAXIMUM -> extreme("Max", a, b);
      case REMAINDER -> modulo(a, b, 1);
      case FLOOR_REMAINDER -> element.isFloat() ? floorRemainder(a, b) : modulo(a, b, 0);
      case ATAN2 -> angle(a, b);
      case AND -> formula.binary(element.isBoolean() ? "And" : "BitwiseAnd", a, b);
      case OR -> formula.binary(element.isBoolean() ? "Or" : "BitwiseOr", a, b);
      case XOR -> formula.binary(element.isBoolean() ? "Xor" : "BitwiseXor", a, b);
      case SHIFT_LEFT -> new IntegerNodes(graph, formula).shiftLeft(a, b);
      case SHIFT_RIGHT -> new IntegerNodes(graph, formula).shiftRight(a, b);
    };
  }

  private Value extreme(String operator, Value a, Value b) {
    Value found = formula.binary(operator, formula.ordered(a), formula.ordered(b));
    return formula.unordered(found, a.type().element());
  }

  /** Booleans by logic, other types by way of those that runtimes select from. */
  private Value select(Value condition, Value onTrue, Value onFalse) {
    if (onTrue.type().element().isBoolean()) {
      return formula.compare(
          "Or",
          formula.compare("And", condition, onTrue),
          formula.compare("And", formula.unary("Not", condition), onFalse));
    }
    boolean isByte = onTrue.type().element() == ElementType.U8;
    Value found =
        isByte
            ? formula.where(condition, onTrue, onFalse)
            : formula.where(condition, formula.wrapping(onTrue), formula.wrapping(onFalse));
    return formula.cast(found, onTrue.type().element());
  }

  /** The remainder, with 1 as in C: the sign of {@code a}; with 0, for integers, that of b. */
  private Value modulo(Value a, Value b, long asInC) {
    return graph.node(
        "Mod",
        a.type().withShape(Formula.broadcast(a, b)),
        List.of(a, b),
        Attributes.integer("fmod", asInC));
  }

  private Value floorRemainder(Value a, Value b) {
    ElementType element = a.type().element();
    Value remainder = modulo(a, b, 1);
    Value isNegative = formula.compare("Less", b, 0.0);
    Value zero = formula.where(isNegative, graph.scalar(element, -0.0), graph.scalar(element, 0.0));
    Value agrees = formula.compare("Equal", formula.compare("Less", remainder, 0.0), isNegative);
    Value moved = formula.where(agrees, remainder, formula.add(remainder, b));
    return formula.where(formula.compare("Equal", remainder, 0.0), zero, moved);
  }

  /**
   * The angle of the point (x, y) from the arc tangent of y / x, which is right to the right of the
   * axis of y; to the left of it, where -0 counts too, half a turn is missing. Infinite coordinates
   * count as their signs when both are, and both zero have no quotient.
   */
  private Value angle(Value givenY, Value givenX) {
    ElementType element = givenY.type().element();
    Value wideY = formula.widened(givenY);
    Value wideX = formula.widened(givenX);
    Value bothInfinite =
        formula.compare(
            "And", formula.predicate("IsInf", wideY), formula.predicate("IsInf", wideX));
    Value y = formula.where(bothInfinite, formula.unary("Sign", wideY), wideY);
    Value x = formula.where(bothInfinite, formula.unary("Sign", wideX), wideX);
    Value bothZero =
        formula.compare("And", formula.compare("Equal", y, 0.0), formula.compare("Equal", x, 0.0));
    Value right = formula.where(bothZero, y, formula.unary("Atan", formula.divide(y, x)));
    Value turn =
        formula.where(
            isNegative(y),
            graph.scalar(y.type().element(), -Math.PI),
            graph.scalar(y.type().element(), Math.PI));
    // Of two zeros nothing but the turn remains; adding it to -0 gives it as well.
    Value left = formula.add(right, turn);
    return formula.cast(formula.where(isNegative(x), left, right), element);
  }

  /** Whether a number is below zero or is -0, whose reciprocal is -inf. */
  private Value isNegative(Value x) {
    return formula.compare(
        "Or",
        formula.compare("Less", x, 0.0),
        formula.compare("Less", formula.unary("Reciprocal", x), 0.0));
  }

  private Value compare(Compare.Kind kind, Value a, Value b) {
    return switch (kind) {
      case EQUAL -> formula.compare("Equal", a, b);
      case NOT_EQUAL -> formula.unary("Not", formula.compare("Equal", a, b));
      case LESS -> formula.compare("Less", a, b);
      case LESS_EQUAL -> formula.compare("LessOrEqual", a, b);
      case GREATER -> formula.compare("Greater", a, b);
      case GREATER_EQUAL -> formula.compare("GreaterOrEqual", a, b);
    };
  }

  /** ONNX leaves open what a float outside the range of an integer becomes; we do not. */
  private Value convert(Value x, ElementType to) {
    return x.type().element().isFloat() && to.isInteger() ? saturated(x, to) : formula.cast(x, to);
  }

  private Value saturated(Value x, ElementType to) {
    int bits = to.bytes() * 8;
    double above = Math.scalb(1.0, to.isUnsigned() ? bits : bits - 1);
    double least = to.isUnsigned() ? 0 : -above;
    Value isAbove = formula.compare("GreaterOrEqual", x, above);
    Value isBelow = formula.compare("LessOrEqual", x, least);
    Value inside =
        formula.compare(
            "And", formula.compare("Less", x, above), formula.compare("Greater", x, least));
    Value number = formula.where(inside, x, graph.scalar(x.type().element(), 0.0));
    // The limits are put in as i64, where each has the bits it needs.
    ElementType direct = to == ElementType.U64 ? ElementType.U64 : ElementType.I64;
    Value whole = formula.cast(formula.cast(number, direct), ElementType.I64);
    long largest = to.isUnsigned() ? -1L >>> (64 - bits) : -1L >>> (65 - bits);
    long smallest = to.isUnsigned() ? 0 : -largest - 1;
    Value limited =
        formula.where(
            isAbove,
            graph.scalar(ElementType.I64, largest),
            formula.where(isBelow, graph.scalar(ElementType.I64, smallest), whole));
    return formula.cast(limited, to);
  }
}
