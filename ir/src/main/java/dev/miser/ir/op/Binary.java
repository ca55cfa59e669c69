package dev.miser.ir.op;

import dev.miser.ir.type.TensorType;

/** A function of two elements of equal type. */
public record Binary(Kind kind, Value lhs, Value rhs) implements Elementwise {
  /** Which element types a function takes. */
  public enum Domain {
    NUMBER,
    FLOAT,
    INTEGER,
    INTEGER_OR_BOOLEAN
  }

  /** The function. Integers wrap; integer division by zero is a checked failure. */
  public enum Kind implements Mnemonic {
    ADD(Domain.NUMBER),
    SUBTRACT(Domain.NUMBER),
    MULTIPLY(Domain.NUMBER),
    /** Integers: toward zero. */
    DIVIDE(Domain.NUMBER),
    /** lhs to the power rhs; an integer to a negative power is 0, save of 1 and -1. */
    POWER(Domain.NUMBER),
    /** NaN if either is NaN; -0 is below 0. */
    MINIMUM(Domain.NUMBER),
    /** NaN if either is NaN; -0 is below 0. */
    MAXIMUM(Domain.NUMBER),
    /** Remainder of division toward zero: the sign of lhs. */
    REMAINDER(Domain.NUMBER),
    /** Remainder of division toward minus infinity: the sign of rhs. */
    FLOOR_REMAINDER(Domain.NUMBER),
    /** The angle of the point (rhs, lhs). */
    ATAN2(Domain.FLOAT),
    AND(Domain.INTEGER_OR_BOOLEAN),
    OR(Domain.INTEGER_OR_BOOLEAN),
    XOR(Domain.INTEGER_OR_BOOLEAN),
    /** By rhs bits; 0 if rhs is negative or at least the width. */
    SHIFT_LEFT(Domain.INTEGER),
    /** By rhs bits, arithmetic where signed; what remains beyond the width is the sign. */
    SHIFT_RIGHT(Domain.INTEGER);

    private final Domain domain;

    Kind(Domain domain) {
      this.domain = domain;
    }

    public Domain domain() {
      return domain;
    }

    /** Returns whether the order of the operands does not matter, to the last bit. */
    public boolean isCommutative() {
      return switch (this) {
        case ADD, MULTIPLY, MINIMUM, MAXIMUM, AND, OR, XOR -> true;
        case SUBTRACT, DIVIDE, POWER, REMAINDER, FLOOR_REMAINDER, ATAN2, SHIFT_LEFT, SHIFT_RIGHT ->
            false;
      };
    }
  }

  @Override
  public TensorType inferType() {
    var element = lhs.type().element();
    switch (kind.domain()) {
      case NUMBER -> Require.isNumeric(lhs);
      case FLOAT -> Require.isFloat(lhs);
      case INTEGER -> Require.element(lhs, element.isInteger(), "an integer type");
      case INTEGER_OR_BOOLEAN ->
          Require.element(lhs, !element.isFloat(), "an integer type or bool");
    }
    Require.sameType(lhs, rhs);
    return lhs.type();
  }
}
