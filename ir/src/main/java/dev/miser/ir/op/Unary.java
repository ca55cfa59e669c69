package dev.miser.ir.op;

import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;

/** A function of one element. */
public record Unary(Kind kind, Value x) implements Elementwise {
  /** Which element types a function takes. */
  public enum Domain {
    NUMBER,
    FLOAT,
    INTEGER,
    BOOLEAN
  }

  /** The function. */
  public enum Kind implements Mnemonic {
    ABS(Domain.NUMBER),
    NEGATE(Domain.NUMBER),
    /** -1, 0 or 1; of a float zero that zero, of NaN NaN. */
    SIGN(Domain.NUMBER),
    SQUARE(Domain.NUMBER),
    /** max(x, 0); NaN of NaN. */
    RELU(Domain.NUMBER),
    EXP(Domain.FLOAT),
    EXPM1(Domain.FLOAT),
    LOG(Domain.FLOAT),
    LOG1P(Domain.FLOAT),
    SQRT(Domain.FLOAT),
    RSQRT(Domain.FLOAT),
    RECIPROCAL(Domain.FLOAT),
    SIN(Domain.FLOAT),
    COS(Domain.FLOAT),
    TAN(Domain.FLOAT),
    ASIN(Domain.FLOAT),
    ACOS(Domain.FLOAT),
    ATAN(Domain.FLOAT),
    SINH(Domain.FLOAT),
    COSH(Domain.FLOAT),
    ASINH(Domain.FLOAT),
    ACOSH(Domain.FLOAT),
    ATANH(Domain.FLOAT),
    TANH(Domain.FLOAT),
    ERF(Domain.FLOAT),
    /** 1 / (1 + exp(-x)). */
    SIGMOID(Domain.FLOAT),
    /** log(1 + exp(x)), without overflow. */
    SOFTPLUS(Domain.FLOAT),
    /** x / 2 * (1 + erf(x / sqrt 2)). */
    GELU(Domain.FLOAT),
    /** x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3))). */
    GELU_TANH(Domain.FLOAT),
    /** x * sigmoid(x). */
    SILU(Domain.FLOAT),
    FLOOR(Domain.FLOAT),
    CEIL(Domain.FLOAT),
    /** To the nearest integer, ties to even. */
    ROUND_HALF_EVEN(Domain.FLOAT),
    /** Toward zero. */
    TRUNCATE(Domain.FLOAT),
    IS_NAN(Domain.FLOAT),
    IS_INFINITE(Domain.FLOAT),
    LOGICAL_NOT(Domain.BOOLEAN),
    BITWISE_NOT(Domain.INTEGER);

    private final Domain domain;

    Kind(Domain domain) {
      this.domain = domain;
    }

    public Domain domain() {
      return domain;
    }

    /** Returns whether the result is boolean whatever the operand. */
    public boolean isPredicate() {
      return this == IS_NAN || this == IS_INFINITE;
    }
  }

  @Override
  public TensorType inferType() {
    switch (kind.domain()) {
      case NUMBER -> Require.isNumeric(x);
      case FLOAT -> Require.isFloat(x);
      case INTEGER -> Require.element(x, x.type().element().isInteger(), "an integer type");
      case BOOLEAN -> Require.isBoolean(x);
    }
    return kind.isPredicate() ? x.type().withElement(ElementType.BOOL) : x.type();
  }
}
