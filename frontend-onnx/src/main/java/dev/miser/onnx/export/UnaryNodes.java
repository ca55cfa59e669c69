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
      case RELU -> relu(x);
      case EXP -> formula.unary("Exp", x);
      case EXPM1 -> inFloat32(x, this::expm1);
      case LOG -> formula.unary("Log", x);
      case LOG1P -> inFloat32(x, this::log1p);
      case SQRT -> formula.unary("Sqrt", x);
      case RSQRT -> inFloat32(x, v -> formula.unary("Reciprocal", formula.unary("Sqrt", v)));
      case RECIPROCAL -> formula.unary("Reciprocal", x);
      case SIN -> formula.unary("Sin", x);
      case COS -> formula.unary("Cos", x);
      case TAN -> formula.unary("Tan", x);
      case ASIN -> formula.unary("Asin", x);
      case ACOS -> formula.unary("Acos", x);
      case ATAN -> formula.unary("Atan", x);
      case SINH -> formula.unary("Sinh", x);
      case COSH -> formula.unary("Cosh", x);
      case ASINH -> formula.unary("Asinh", x);
      case ACOSH -> formula.unary("Acosh", x);
      case ATANH -> formula.unary("Atanh", x);
      case TANH -> formula.unary("Tanh", x);
      case ERF -> formula.unary("Erf", x);
      case SIGMOID -> formula.unary("Sigmoid", x);
      case SOFTPLUS -> formula.unary("Softplus", x);
      case GELU -> element == ElementType.F64 ? gelu(x) : gelu(x, "none");
      case GELU_TANH -> element == ElementType.F64 ? geluTanh(x) : gelu(x, "tanh");
      case SILU -> silu(x);
      case FLOOR -> formula.unary("Floor", x);
      case CEIL -> formula.unary("Ceil", x);
      case ROUND_HALF_EVEN -> formula.unary("Round", x);
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

  private Value relu(Value x) {
    ElementType element = x.type().element();
    if (element.isFloat()) {
      return formula.unary("Relu", x);
    }
    Value ordered = formula.ordered(x);
    Value zero = graph.scalar(ordered.type().element(), 0L);
    return element.isUnsigned() ? x : formula.cast(formula.binary("Max", ordered, zero), element);
  }

  /** For f64 without the operator for the sigmoid, which runtimes join with the product. */
  private Value silu(Value x) {
    return x.type().element() == ElementType.F64
        ? formula.divide(x, formula.add(formula.unary("Exp", formula.unary("Neg", x)), 1.0))
        : formula.multiply(x, formula.unary("Sigmoid", x));
  }

  /** The operator has constants of f32, which is too coarse for f64. */
  private Value gelu(Value x) {
    Value error = formula.unary("Erf", formula.multiply(x, Math.sqrt(0.5)));
    return formula.multiply(formula.multiply(x, 0.5), formula.add(error, 1.0));
  }

  private Value geluTanh(Value x) {
    Value cube = formula.multiply(x, formula.multiply(x, x));
    Value inner = formula.add(x, formula.multiply(cube, 0.044715));
    Value tangent = formula.unary("Tanh", formula.multiply(inner, Math.sqrt(2 / Math.PI)));
    return formula.multiply(formula.multiply(x, 0.5), formula.add(tangent, 1.0));
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
