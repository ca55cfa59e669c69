package dev.miser.onnx.lower;

import static dev.miser.onnx.graph.Lowering.many;
import static java.util.Map.entry;

import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.Lowering;
import dev.miser.onnx.graph.Node;
import dev.miser.onnx.graph.NodeFailure;
import dev.miser.onnx.graph.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One step of an optimizer. Inputs are the learning rate, the number of steps taken, and several
 * tensors: all of them, then all their gradients, then all of each kind of state.
 */
final class Optimizers {
  static final Map<String, Lowering> OPERATORS =
      Map.ofEntries(
          entry("ai.onnx.preview.training::Adagrad", many(Optimizers::adagrad)),
          entry("ai.onnx.preview.training::Adam", many(Optimizers::adam)),
          entry("ai.onnx.preview.training::Momentum", many(Optimizers::momentum)));

  /** What the file's attribute 1e-6 is as f32. */
  private static final double EPSILON = 9.999999974752427e-07;

  /** What is known of one tensor; the gradient has that of the penalty added to it. */
  private record Optimized(Value x, Value gradient, List<Value> states) {}

  /** Returns the tensor after the step, and its states. */
  @FunctionalInterface
  private interface Step {
    List<Value> of(Optimized old);
  }

  private Optimizers() {}

  /** H' = H + G^2; X' = X - R / (1 + T * decay) * G / (sqrt(H') + epsilon). */
  private static List<Value> adagrad(Node node, Graph g) {
    double decay = node.attributes().number("decay_factor", 0);
    double epsilon = node.attributes().number("epsilon", EPSILON);
    Value rate = rate(node, g);
    if (decay != 0) {
      Value steps = Tensors.convert(g, steps(node, g), rate.type().element());
      Value slowed = Tensors.add(g, Tensors.multiply(g, steps, decay), 1);
      rate = Tensors.divide(g, rate, slowed);
    }
    Value r = rate;
    return each(
        node,
        g,
        1,
        old -> {
          Value squares =
              Tensors.add(
                  g, old.states.getFirst(), Tensors.unary(g, Unary.Kind.SQUARE, old.gradient));
          Value adapted = Tensors.add(g, Tensors.unary(g, Unary.Kind.SQRT, squares), epsilon);
          Value change = Tensors.divide(g, scaled(g, r, old.gradient), adapted);
          return List.of(Tensors.subtract(g, old.x, change), squares);
        });
  }

  /**
   * V' = alpha V + (1 - alpha) G; H' = beta H + (1 - beta) G^2; X' = X - R' V' / (sqrt(H') +
   * epsilon), where R' = R sqrt(1 - beta^T) / (1 - alpha^T) after the first step.
   */
  private static List<Value> adam(Node node, Graph g) {
    double alpha = node.attributes().number("alpha", 0.9f);
    double beta = node.attributes().number("beta", 0.999f);
    double epsilon = node.attributes().number("epsilon", EPSILON);
    double shrinkage = node.attributes().number("norm_coefficient_post", 0);
    Value rate = rate(node, g);
    ElementType element = rate.type().element();
    Value steps = steps(node, g);
    Value exponent = Tensors.convert(g, steps, element);
    Value secondBias = Tensors.unary(g, Unary.Kind.SQRT, rest(g, element, beta, exponent));
    Value corrected =
        Tensors.divide(g, Tensors.multiply(g, rate, secondBias), rest(g, element, alpha, exponent));
    Value r = Tensors.select(g, isLater(g, steps), corrected, rate);
    return each(
        node,
        g,
        2,
        old -> {
          Value first = mixed(g, alpha, old.states.get(0), old.gradient);
          Value square = Tensors.unary(g, Unary.Kind.SQUARE, old.gradient);
          Value second = mixed(g, beta, old.states.get(1), square);
          Value adapted = Tensors.add(g, Tensors.unary(g, Unary.Kind.SQRT, second), epsilon);
          Value change = Tensors.divide(g, scaled(g, r, first), adapted);
          Value x = Tensors.subtract(g, old.x, change);
          return List.of(shrinkage == 0 ? x : Tensors.multiply(g, x, 1 - shrinkage), first, second);
        });
  }

  /** V' = alpha V + beta G, with beta 1 at the first step; X' = X - R V', or R (G + alpha V'). */
  private static List<Value> momentum(Node node, Graph g) {
    double alpha = node.attributes().number("alpha");
    double beta = node.attributes().number("beta");
    String mode = node.attributes().text("mode");
    if (!mode.equals("standard") && !mode.equals("nesterov")) {
      throw new NodeFailure("mode is '%s', expected standard or nesterov", mode);
    }
    Value rate = rate(node, g);
    ElementType element = rate.type().element();
    Value weight =
        Tensors.select(
            g,
            isLater(g, steps(node, g)),
            Tensors.scalar(g, element, beta),
            Tensors.scalar(g, element, 1));
    return each(
        node,
        g,
        1,
        old -> {
          Value velocity =
              Tensors.add(
                  g,
                  Tensors.multiply(g, old.states.getFirst(), alpha),
                  scaled(g, weight, old.gradient));
          Value direction =
              mode.equals("standard")
                  ? velocity
                  : Tensors.add(g, old.gradient, Tensors.multiply(g, velocity, alpha));
          return List.of(Tensors.subtract(g, old.x, scaled(g, rate, direction)), velocity);
        });
  }

  /** Outputs come in groups as inputs do: all tensors, then all of each kind of state. */
  private static List<Value> each(Node node, Graph g, int kindsOfState, Step step) {
    int kinds = 2 + kindsOfState;
    int given = node.inputCount() - 2;
    if (given < kinds || given % kinds != 0) {
      throw new NodeFailure(
          "after rate and count there are %d inputs, expected %d for each tensor", given, kinds);
    }
    int count = given / kinds;
    double penalty = node.attributes().number("norm_coefficient", 0);
    var results = new ArrayList<List<Value>>();
    for (int i = 0; i < count; i++) {
      Value x = node.value(2 + i);
      Value gradient = node.value(2 + count + i);
      if (penalty != 0) {
        gradient = Tensors.add(g, Tensors.multiply(g, x, penalty), gradient);
      }
      var states = new ArrayList<Value>();
      for (int kind = 2; kind < kinds; kind++) {
        states.add(node.value(2 + kind * count + i));
      }
      results.add(step.of(new Optimized(x, gradient, List.copyOf(states))));
    }
    var outputs = new ArrayList<Value>();
    for (int kind = 0; kind <= kindsOfState; kind++) {
      for (List<Value> result : results) {
        outputs.add(result.get(kind));
      }
    }
    return outputs;
  }

  private static Value rate(Node node, Graph g) {
    return Tensors.reshape(g, node.value(0), Shape.SCALAR);
  }

  private static Value steps(Node node, Graph g) {
    return Tensors.reshape(g, node.value(1), Shape.SCALAR);
  }

  private static Value isLater(Graph g, Value steps) {
    return Tensors.compare(g, Compare.Kind.GREATER, steps, 0);
  }

  /** The rate may have another type than the tensors. */
  private static Value scaled(Graph g, Value scalar, Value x) {
    return Tensors.multiply(g, Tensors.convert(g, scalar, x.type().element()), x);
  }

  /** Returns 1 - base^exponent. */
  private static Value rest(Graph g, ElementType element, double base, Value exponent) {
    Value one = Tensors.scalar(g, element, 1);
    Value power = Tensors.binary(g, Binary.Kind.POWER, Tensors.scalar(g, element, base), exponent);
    return Tensors.subtract(g, one, power);
  }

  /** Returns share * old + (1 - share) * now. */
  private static Value mixed(Graph g, double share, Value old, Value now) {
    return Tensors.add(g, Tensors.multiply(g, old, share), Tensors.multiply(g, now, 1 - share));
  }
}
