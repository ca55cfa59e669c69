package dev.miser.onnx.export;

import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.onnx.proto.Onnx.AttributeProto;
import java.util.List;

/** Functions of one element. */
record UnaryNodes(GraphDraft graph, Formula formula) {
  Value of(Unary.Kind kind, Value x) {
    ElementType element = x.type().element();
    return switch (kind) {
      case ABS -> formula.unary("Abs", x);
      case NEGATE ->
          element.isUnsigned()
              ? formula.subtract(graph.scalar(element, 0L), x)
              : formula.unary("Neg", x);
      case SIGN -> sign(x);
      case SQUARE -> formula.multiply(x, x);
      case RELU -> element.isUnsigned() ? x : formula.unary("Relu", x);
      case EXP -> formula.unary("Exp", x);
      case EXPM1 -> inFloat32(x, this::expm1);
      case LOG -> formula.unary("Log", x);
      case LOG1P -> inFloat32(x, this::log1p);
      case SQRT -> formula.unary("Sqrt", x);
      case RSQRT -> inFloat32(x, v -> formula.unary("Reciprocal", formula.unary("Sqrt", v)));
      case RECIPROCAL -> formula.unary("Reciprocal", x);
      case SIN -> classic("Sin", x);
      case COS -> classic("Cos", x);
      case TAN -> classic("Tan", x);
      case ASIN -> classic("Asin", x);
      case ACOS -> classic("Acos", x);
      case ATAN -> classic("Atan", x);
      case SINH -> classic("Sinh", x);
      case COSH -> classic("Cosh", x);
      case ASINH -> classic("Asinh", x);
      case ACOSH -> classic("Acosh", x);
      case ATANH -> classic("Atanh", x);
      case TANH -> formula.unary("Tanh", x);
      case ERF -> formula.unary("Erf", x);
      case SIGMOID -> formula.unary("Sigmoid", x);
      case SOFTPLUS -> classic("Softplus", x);
      case GELU -> gelu(x, "none");
      case GELU_TANH -> gelu(x, "tanh");
      case SILU -> formula.multiply(x, formula.unary("Sigmoid", x));
      case FLOOR -> formula.unary("Floor", x);
      case CEIL -> formula.unary("Ceil", x);
      case ROUND_HALF_EVEN -> classic("Round", x);
      case TRUNCATE ->
          formula.where(
              formula.compare("Less", x, 0.0), formula.unary("Ceil", x), formula.unary("Floor", x));
      case IS_NAN -> formula.predicate("IsNaN", x);
      case IS_INFINITE -> formula.predicate("IsInf", x);
      case LOGICAL_NOT -> formula.unary("Not", x);
      case BITWISE_NOT -> formula.unary("BitwiseNot", x);
    };
  }

  private interface Function {
    Value of(Value x);
  }

  /** Computes with f32 instead of a float of two bytes, so that it is rounded but once. */
  private Value inFloat32(Value x, Function function) {
    return formula.cast(function.of(formula.widened(x)), x.type().element());
  }

  /** An operator that this version of ONNX does not have for bfloat16. */
  private Value classic(String operator, Value x) {
    return formula.cast(formula.unary(operator, formula.withoutBfloat16(x)), x.type().element());
  }

  private Value gelu(Value x, String approximation) {
    AttributeProto approximate = Attributes.text("approximate", approximation);
    return graph.node("Gelu", x.type(), List.of(x), approximate);
  }

  /** ONNX does not say what the sign of -0 and of NaN is: both are themselves. */
  private Value sign(Value x) {
    Value sign = formula.unary("Sign", x);
    return x.type().element().isFloat()
        ? formula.where(formula.compare("Greater", formula.unary("Abs", x), 0.0), sign, x)
        : sign;
  }

  /** e^x - 1 = 2 t / (1 - t) with t = tanh(x / 2), which near 0 does not cancel. */
  private Value expm1(Value x) {
    ElementType element = x.type().element();
    Value one = graph.scalar(element, 1.0);
    Value tangent = formula.unary("Tanh", formula.multiply(x, 0.5));
    Value near = formula.divide(formula.add(tangent, tangent), formula.subtract(one, tangent));
    Value far = formula.subtract(formula.unary("Exp", x), one);
    return formula.where(formula.compare("Less", formula.unary("Abs", x), 1.0), near, far);
  }

  /**
   * log u * x / (u - 1) with u = 1 + x as it is rounded: the factor mends the rounding. Where u is
   * 1, the result is x.
   */
  private Value log1p(Value x) {
    Value u = formula.add(x, 1.0);
    Value logarithm = formula.unary("Log", u);
    Value rounded = formula.subtract(u, graph.scalar(x.type().element(), 1.0));
    Value mended = formula.multiply(logarithm, formula.divide(x, rounded));
    Value near = formula.where(formula.compare("Equal", u, 1.0), x, mended);
    return formula.where(formula.compare("Less", formula.unary("Abs", x), 1.0), near, logarithm);
  }
}
