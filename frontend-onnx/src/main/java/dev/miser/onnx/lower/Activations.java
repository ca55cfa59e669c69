package dev.miser.onnx.lower;

import static dev.miser.onnx.graph.Lowering.one;
import static java.util.Map.entry;

import dev.miser.ir.op.ArgReduce;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Iota;
import dev.miser.ir.op.Softmax;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.Lowering;
import dev.miser.onnx.graph.Node;
import dev.miser.onnx.graph.NodeFailure;
import dev.miser.onnx.graph.Tensors;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** Activation functions: of one element each, and those that weigh an axis. */
final class Activations {
  static final Map<String, Lowering> OPERATORS =
      Map.ofEntries(
          entry("Celu", one(Activations::celu)),
          entry("Clip", one(Activations::clip)),
          entry("Elu", one(Activations::elu)),
          entry("Gelu", one(Activations::gelu)),
          entry("HardSigmoid", one(Activations::hardSigmoid)),
          entry("HardSwish", one(Activations::hardSwish)),
          entry("Hardmax", one(Activations::hardmax)),
          entry("LeakyRelu", one(Activations::leakyRelu)),
          entry("LogSoftmax", one(softmax(Softmax.Kind.LOG_SOFTMAX))),
          entry("Mish", one(Activations::mish)),
          entry("PRelu", one(Activations::parametricRelu)),
          entry("Selu", one(Activations::selu)),
          entry("Shrink", one(Activations::shrink)),
          entry("Softmax", one(softmax(Softmax.Kind.SOFTMAX))),
          entry("Softsign", one(Activations::softsign)),
          entry("Swish", one(Activations::swish)),
          entry("ThresholdedRelu", one(Activations::thresholdedRelu)));

  private Activations() {}

  /** A bound that is left out bounds nothing, not even infinities. */
  private static Value clip(Node node, Graph g) {
    Value result = node.value(0);
    ElementType element = result.type().element();
    if (node.opset() < 11) {
      if (node.attributes().has("min")) {
        double min = node.attributes().number("min");
        result = Tensors.binary(g, Binary.Kind.MAXIMUM, result, min);
      }
      if (node.attributes().has("max")) {
        double max = node.attributes().number("max");
        result = Tensors.binary(g, Binary.Kind.MINIMUM, result, max);
      }
      return result;
    }
    if (node.has(1)) {
      Value min = scalar(g, "min", node.value(1), element);
      result = Tensors.binary(g, Binary.Kind.MAXIMUM, result, min);
    }
    if (node.has(2)) {
      Value max = scalar(g, "max", node.value(2), element);
      result = Tensors.binary(g, Binary.Kind.MINIMUM, result, max);
    }
    return result;
  }

  private static Value scalar(Graph g, String what, Value x, ElementType element) {
    if (x.type().elementCount() != 1 || x.type().element() != element) {
      throw new NodeFailure("%s is %s, expected one element of type %s", what, x.type(), element);
    }
    return Tensors.reshape(g, x, Shape.SCALAR);
  }

  private static Value elu(Node node, Graph g) {
    Value x = node.value(0);
    return positiveOr(g, x, exponentialBelow(g, x, node.attributes().number("alpha", 1)));
  }

  /** alpha * (e^x - 1). */
  private static Value exponentialBelow(Graph g, Value x, double alpha) {
    Value grown = Tensors.unary(g, Unary.Kind.EXPM1, x);
    return alpha == 1 ? grown : Tensors.multiply(g, grown, alpha);
  }

  /** x where it is at least 0 or NaN, else another value. */
  private static Value positiveOr(Graph g, Value x, Value below) {
    return Tensors.select(g, Tensors.compare(g, Compare.Kind.LESS, x, 0), below, x);
  }

  /** max(0, x) + min(0, alpha * (e^(x / alpha) - 1)), of which one is 0 whatever alpha's sign. */
  private static Value celu(Node node, Graph g) {
    Value x = node.value(0);
    double alpha = node.attributes().number("alpha", 1);
    if (alpha == 0) {
      throw new NodeFailure("alpha is 0, by which x is divided");
    }
    Value scaled = alpha == 1 ? x : Tensors.binary(g, Binary.Kind.DIVIDE, x, alpha);
    return positiveOr(g, x, exponentialBelow(g, scaled, alpha));
  }

  private static Value selu(Node node, Graph g) {
    Value x = node.value(0);
    boolean coarse = node.opset() < 6;
    double alpha = node.attributes().number("alpha", coarse ? 1.6732 : 1.6732632f);
    double gamma = node.attributes().number("gamma", coarse ? 1.0507 : 1.050701f);
    return Tensors.multiply(g, positiveOr(g, x, exponentialBelow(g, x, alpha)), gamma);
  }

  private static Value leakyRelu(Node node, Graph g) {
    Value x = node.value(0);
    double alpha = node.attributes().number("alpha", 0.01);
    return positiveOr(g, x, Tensors.multiply(g, x, alpha));
  }

  /** Before version 7 a slope of several elements lies along axis 1, the channels. */
  private static Value parametricRelu(Node node, Graph g) {
    Value x = node.value(0);
    Value slope = node.value(1);
    Shape shape = x.type().shape();
    if (slope.type().elementCount() == 1) {
      slope = Tensors.reshape(g, slope, Shape.SCALAR);
    } else if (node.opset() < 7
        && slope.type().rank() == 1
        && shape.rank() >= 2
        && slope.type().dim(0) == shape.dim(1)) {
      slope = Tensors.along(g, slope, shape, 1);
    }
    return positiveOr(g, x, Tensors.multiply(g, x, Tensors.broadcast(g, slope, shape)));
  }

  private static Value thresholdedRelu(Node node, Graph g) {
    Value x = node.value(0);
    double alpha = node.attributes().number("alpha", 1);
    Value above = Tensors.compare(g, Compare.Kind.GREATER, x, alpha);
    return Tensors.select(g, above, x, Tensors.scalar(g, x.type().element(), 0));
  }

  private static Value hardSigmoid(Node node, Graph g) {
    double alpha = node.attributes().number("alpha", 0.2);
    double beta = node.attributes().number("beta", 0.5);
    return hardSigmoid(g, node.value(0), alpha, beta);
  }

  /** alpha * x + beta, between 0 and 1. */
  private static Value hardSigmoid(Graph g, Value x, double alpha, double beta) {
    Value line = Tensors.add(g, Tensors.multiply(g, x, alpha), beta);
    Value bounded = Tensors.binary(g, Binary.Kind.MINIMUM, line, 1);
    return Tensors.binary(g, Binary.Kind.MAXIMUM, bounded, 0);
  }

  private static Value hardSwish(Node node, Graph g) {
    Value x = node.value(0);
    return Tensors.multiply(g, x, hardSigmoid(g, x, 1.0 / 6, 0.5));
  }

  private static Value mish(Node node, Graph g) {
    Value given = node.value(0);
    ElementType element = given.type().element();
    Value x = Tensors.convert(g, given, Widths.ofFloat(element));
    Value gate = Tensors.unary(g, Unary.Kind.TANH, Tensors.unary(g, Unary.Kind.SOFTPLUS, x));
    return Tensors.convert(g, Tensors.multiply(g, x, gate), element);
  }

  private static Value gelu(Node node, Graph g) {
    String approximate = node.attributes().text("approximate", "none");
    return switch (approximate) {
      case "none" -> Tensors.unary(g, Unary.Kind.GELU, node.value(0));
      case "tanh" -> Tensors.unary(g, Unary.Kind.GELU_TANH, node.value(0));
      default -> throw new NodeFailure("approximate is '%s', expected none or tanh", approximate);
    };
  }

  /** x * sigmoid(alpha * x). */
  private static Value swish(Node node, Graph g) {
    Value x = node.value(0);
    double alpha = node.attributes().number("alpha", 1);
    if (alpha == 1) {
      return Tensors.unary(g, Unary.Kind.SILU, x);
    }
    Value gate = Tensors.unary(g, Unary.Kind.SIGMOID, Tensors.multiply(g, x, alpha));
    return Tensors.multiply(g, x, gate);
  }

  /** x drawn toward 0 by the bias where it is farther from it than lambda, else 0. */
  private static Value shrink(Node node, Graph g) {
    Value given = node.value(0);
    ElementType element = given.type().element();
    double bias = node.attributes().number("bias", 0);
    double lambda = node.attributes().number("lambd", 0.5);
    // Bias and lambda are fractions whatever the elements are.
    Value x = element.isFloat() ? given : Tensors.convert(g, given, ElementType.F64);
    Value zero = Tensors.scalar(g, x.type().element(), 0);
    Value above = Tensors.compare(g, Compare.Kind.GREATER, x, lambda);
    Value below = Tensors.compare(g, Compare.Kind.LESS, x, -lambda);
    Value lowered = bias == 0 ? x : Tensors.add(g, x, -bias);
    Value raised = bias == 0 ? x : Tensors.add(g, x, bias);
    // Below comes first: with a negative lambda both may hold.
    Value shrunk = Tensors.select(g, below, raised, Tensors.select(g, above, lowered, zero));
    return Tensors.convert(g, shrunk, element);
  }

  /** x / (1 + |x|). */
  private static Value softsign(Node node, Graph g) {
    Value x = node.value(0);
    return Tensors.divide(g, x, Tensors.add(g, Tensors.unary(g, Unary.Kind.ABS, x), 1));
  }

  private static Lowering.One softmax(Softmax.Kind kind) {
    return (node, g) -> overAxis(node, g, (x, axis) -> g.add(new Softmax(kind, x, axis)));
  }

  /** One at the first of the largest elements along the axis, and zeros. */
  private static Value hardmax(Node node, Graph g) {
    return overAxis(
        node,
        g,
        (x, axis) -> {
          Value best = g.add(new ArgReduce(ArgReduce.Kind.ARG_MAX, x, axis, false));
          Value places = g.add(new Iota(x.type().withElement(ElementType.I64), axis));
          Value kept = Tensors.unsqueeze(g, best, List.of(axis));
          Value found = Tensors.compare(g, Compare.Kind.EQUAL, places, kept);
          return Tensors.convert(g, found, x.type().element());
        });
  }

  /**
   * Applies a function of one axis. Before version 13 the axis named and all after it count as one,
   * and axis 1 is named by default; since then it is the last by default.
   */
  private static Value overAxis(Node node, Graph g, BiFunction<Value, Integer, Value> function) {
    Value x = node.value(0);
    Shape shape = x.type().shape();
    int rank = shape.rank();
    if (node.opset() >= 13) {
      return function.apply(x, Tensors.axis(node.attributes().integer("axis", -1), rank));
    }
    int axis = Tensors.axis(node.attributes().integer("axis", 1), rank);
    long size = shape.elementCount(axis, rank);
    if (size == shape.dim(axis)) {
      return function.apply(x, axis);
    }
    Value flat = Tensors.reshape(g, x, shape.elementCount(0, axis), size);
    return Tensors.reshape(g, function.apply(flat, 1), shape);
  }
}
