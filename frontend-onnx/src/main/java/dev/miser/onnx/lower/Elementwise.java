package dev.miser.onnx.lower;

import static dev.miser.onnx.graph.Lowering.one;
import static java.util.Map.entry;

import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.Lowering;
import dev.miser.onnx.graph.Node;
import dev.miser.onnx.graph.NodeFailure;
import dev.miser.onnx.graph.Tensors;
import java.util.List;
import java.util.Map;

/** Operators that compute each element from the same element of their operands. */
final class Elementwise {
  static final Map<String, Lowering> OPERATORS =
      Map.ofEntries(
          entry("Abs", unary(Unary.Kind.ABS)),
          entry("Acos", unary(Unary.Kind.ACOS)),
          entry("Acosh", unary(Unary.Kind.ACOSH)),
          entry("Add", arithmetic(Binary.Kind.ADD)),
          entry("And", arithmetic(Binary.Kind.AND)),
          entry("Asin", unary(Unary.Kind.ASIN)),
          entry("Asinh", unary(Unary.Kind.ASINH)),
          entry("Atan", unary(Unary.Kind.ATAN)),
          entry("Atanh", unary(Unary.Kind.ATANH)),
          entry("BitShift", one(Elementwise::bitShift)),
          entry("BitwiseAnd", arithmetic(Binary.Kind.AND)),
          entry("BitwiseNot", unary(Unary.Kind.BITWISE_NOT)),
          entry("BitwiseOr", arithmetic(Binary.Kind.OR)),
          entry("BitwiseXor", arithmetic(Binary.Kind.XOR)),
          entry("Ceil", unary(Unary.Kind.CEIL)),
          entry("Cos", unary(Unary.Kind.COS)),
          entry("Cosh", unary(Unary.Kind.COSH)),
          entry("Div", arithmetic(Binary.Kind.DIVIDE)),
          entry("Equal", comparison(Compare.Kind.EQUAL)),
          entry("Erf", unary(Unary.Kind.ERF)),
          entry("Exp", unary(Unary.Kind.EXP)),
          entry("Floor", unary(Unary.Kind.FLOOR)),
          entry("Greater", comparison(Compare.Kind.GREATER)),
          entry("GreaterOrEqual", comparison(Compare.Kind.GREATER_EQUAL)),
          entry("IsInf", one(Elementwise::isInfinite)),
          entry("IsNaN", unary(Unary.Kind.IS_NAN)),
          entry("Less", comparison(Compare.Kind.LESS)),
          entry("LessOrEqual", comparison(Compare.Kind.LESS_EQUAL)),
          entry("Log", unary(Unary.Kind.LOG)),
          entry("Max", variadic(Binary.Kind.MAXIMUM)),
          entry("Mean", one(Elementwise::mean)),
          entry("Min", variadic(Binary.Kind.MINIMUM)),
          entry("Mod", one(Elementwise::remainder)),
          entry("Mul", arithmetic(Binary.Kind.MULTIPLY)),
          entry("Neg", unary(Unary.Kind.NEGATE)),
          entry("Not", unary(Unary.Kind.LOGICAL_NOT)),
          entry("Or", arithmetic(Binary.Kind.OR)),
          entry("Pow", one(Elementwise::power)),
          entry("Reciprocal", unary(Unary.Kind.RECIPROCAL)),
          entry("Relu", unary(Unary.Kind.RELU)),
          entry("Round", unary(Unary.Kind.ROUND_HALF_EVEN)),
          entry("Sigmoid", unary(Unary.Kind.SIGMOID)),
          entry("Sign", unary(Unary.Kind.SIGN)),
          entry("Sin", unary(Unary.Kind.SIN)),
          entry("Sinh", unary(Unary.Kind.SINH)),
          entry("Softplus", unary(Unary.Kind.SOFTPLUS)),
          entry("Sqrt", unary(Unary.Kind.SQRT)),
          entry("Sub", arithmetic(Binary.Kind.SUBTRACT)),
          entry("Sum", variadic(Binary.Kind.ADD)),
          entry("Tan", unary(Unary.Kind.TAN)),
          entry("Tanh", unary(Unary.Kind.TANH)),
          entry("Where", one(Elementwise::where)),
          entry("Xor", arithmetic(Binary.Kind.XOR)));

  private Elementwise() {}

  private static Lowering unary(Unary.Kind kind) {
    return one((node, g) -> Tensors.unary(g, kind, node.value(0)));
  }

  private static Lowering arithmetic(Binary.Kind kind) {
    return one((node, g) -> {
      Value a = node.value(0);
      return Tensors.binary(g, kind, a, aligned(node, g, a, node.value(1)));
    });
  }

  private static Lowering comparison(Compare.Kind kind) {
    return one((node, g) -> {
      Value a = node.value(0);
      return Tensors.compare(g, kind, a, aligned(node, g, a, node.value(1)));
    });
  }

  /** Before version 7 an attribute says at which axis of the first operand the second begins. */
  private static Value aligned(Node node, Graph g, Value a, Value b) {
    if (node.opset() >= 7 || !node.attributes().has("axis") || b.type().rank() == 0) {
      return b;
    }
    int axis = Tensors.axis(node.attributes().integer("axis"), a.type().rank());
    int trailing = a.type().rank() - axis - b.type().rank();
    if (trailing < 0) {
      throw new NodeFailure("%s does not fit %s at axis %d", b.type(), a.type(), axis);
    }
    int rank = b.type().rank();
    return Tensors.unsqueeze(g, b, Tensors.range(rank, rank + trailing));
  }

  private static Lowering variadic(Binary.Kind kind) {
    return one((node, g) -> combined(node, g, kind));
  }

  private static Value combined(Node node, Graph g, Binary.Kind kind) {
    List<Value> operands = node.values(0);
    if (operands.isEmpty()) {
      throw new NodeFailure("it has no inputs");
    }
    Value result = operands.getFirst();
    for (Value operand : operands.subList(1, operands.size())) {
      result = Tensors.binary(g, kind, result, operand);
    }
    return result;
  }

  private static Value mean(Node node, Graph g) {
    Value sum = combined(node, g, Binary.Kind.ADD);
    return Tensors.binary(g, Binary.Kind.DIVIDE, sum, node.inputCount());
  }

  private static Value remainder(Node node, Graph g) {
    boolean likeC = node.attributes().flag("fmod");
    Binary.Kind kind = likeC ? Binary.Kind.REMAINDER : Binary.Kind.FLOOR_REMAINDER;
    return Tensors.binary(g, kind, node.value(0), node.value(1));
  }

  private static Value bitShift(Node node, Graph g) {
    Binary.Kind kind =
        switch (node.attributes().text("direction")) {
          case "LEFT" -> Binary.Kind.SHIFT_LEFT;
          case "RIGHT" -> Binary.Kind.SHIFT_RIGHT;
          default ->
              throw new NodeFailure(
                  "direction is '%s', expected LEFT or RIGHT", node.attributes().text("direction"));
        };
    return Tensors.binary(g, kind, node.value(0), node.value(1));
  }

  /** The result has the type of the base, whatever that of the exponent. */
  private static Value power(Node node, Graph g) {
    Value base = node.value(0);
    Value exponent = aligned(node, g, base, node.value(1));
    ElementType own = base.type().element();
    ElementType other = exponent.type().element();
    if (own == other) {
      return Tensors.binary(g, Binary.Kind.POWER, base, exponent);
    }
    if (own.isFloat()) {
      return Tensors.binary(g, Binary.Kind.POWER, base, Tensors.convert(g, exponent, own));
    }
    // Of integers to a power of another type: floats are exact enough only as f64.
    ElementType wide = other.isFloat() ? ElementType.F64 : ElementType.I64;
    Value result =
        Tensors.binary(
            g,
            Binary.Kind.POWER,
            Tensors.convert(g, base, wide),
            Tensors.convert(g, exponent, wide));
    return Tensors.convert(g, result, own);
  }

  private static Value isInfinite(Node node, Graph g) {
    Value x = node.value(0);
    boolean negative = node.attributes().integer("detect_negative", 1) != 0;
    boolean positive = node.attributes().integer("detect_positive", 1) != 0;
    if (negative && positive) {
      return Tensors.unary(g, Unary.Kind.IS_INFINITE, x);
    }
    if (!negative && !positive) {
      return Tensors.fill(g, x.type().withElement(ElementType.BOOL), 0);
    }
    double infinity = positive ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
    return Tensors.compare(g, Compare.Kind.EQUAL, x, infinity);
  }

  private static Value where(Node node, Graph g) {
    return Tensors.select(g, node.value(0), node.value(1), node.value(2));
  }
}
