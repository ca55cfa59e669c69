package dev.miser.onnx.lower;

import static dev.miser.onnx.graph.Lowering.many;
import static dev.miser.onnx.graph.Lowering.one;
import static java.util.Map.entry;

import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Gather;
import dev.miser.ir.op.GatherAlong;
import dev.miser.ir.op.Reduce;
import dev.miser.ir.op.Softmax;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.Lowering;
import dev.miser.onnx.graph.Node;
import dev.miser.onnx.graph.NodeFailure;
import dev.miser.onnx.graph.Tensors;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Losses of classes: scores [samples, classes, places...] against targets [samples, places...]. */
final class Losses {
  static final Map<String, Lowering> OPERATORS =
      Map.ofEntries(
          entry("NegativeLogLikelihoodLoss", one(Losses::negativeLogLikelihood)),
          entry("SoftmaxCrossEntropyLoss", many(Losses::crossEntropy)));

  private Losses() {}

  private static Value negativeLogLikelihood(Node node, Graph g) {
    return loss(node, g, node.value(0));
  }

  private static List<Value> crossEntropy(Node node, Graph g) {
    Value scores = node.value(0);
    requireClasses(scores);
    Value logarithms = g.add(new Softmax(Softmax.Kind.LOG_SOFTMAX, scores, 1));
    return List.of(loss(node, g, logarithms), logarithms);
  }

  private static void requireClasses(Value scores) {
    if (scores.type().rank() < 2) {
      throw new NodeFailure("scores are %s, expected axes of samples and classes", scores.type());
    }
  }

  /** The loss of a sample is minus the logarithm at its target, times the weight of that. */
  private static Value loss(Node node, Graph g, Value logarithms) {
    requireClasses(logarithms);
    Value target = node.value(1);
    Shape expected = logarithms.type().shape().without(List.of(1));
    if (!target.type().shape().equals(expected)) {
      throw new NodeFailure("targets are %s, expected shape %s", target.type(), expected);
    }
    ElementType element = logarithms.type().element();
    ElementType wide = Widths.ofFloat(element);
    Value ignored = null;
    if (node.attributes().has("ignore_index")) {
      Value index = integer(g, target, node.attributes().integer("ignore_index"));
      ignored = Tensors.compare(g, Compare.Kind.EQUAL, target, index);
      // An ignored target may be no class at all: any class does, for what comes of it is unused.
      target = Tensors.select(g, ignored, integer(g, target, 0), target);
    }
    Value index = Tensors.unsqueeze(g, target, List.of(1));
    Value found = g.add(new GatherAlong(logarithms, index, 1, false));
    Value likelihood =
        Tensors.unary(
            g, Unary.Kind.NEGATE, Tensors.convert(g, Tensors.reshape(g, found, expected), wide));
    Value weights = weights(node, g, target, ignored, wide);
    Value losses = likelihood;
    if (node.has(2) && weights != null) {
      losses = Tensors.multiply(g, losses, weights);
    }
    if (ignored != null) {
      // Not by a weight of 0: what is ignored may be infinite.
      losses = Tensors.select(g, ignored, Tensors.scalar(g, wide, 0), losses);
    }
    return Tensors.convert(g, reduced(node, g, losses, weights), element);
  }

  /** Returns the weight of each target, 0 if it is ignored; null if all have weight 1. */
  private static @Nullable Value weights(
      Node node, Graph g, Value target, @Nullable Value ignored, ElementType wide) {
    Value ofClasses = node.optional(2);
    if (ofClasses == null && ignored == null) {
      return null;
    }
    Value weights = Tensors.scalar(g, wide, 1);
    if (ofClasses != null) {
      long classes = node.value(0).type().dim(1);
      if (!ofClasses.type().shape().equals(Shape.of(classes))) {
        throw new NodeFailure(
            "weights are %s, expected one for each of %d classes", ofClasses.type(), classes);
      }
      weights = Tensors.convert(g, g.add(new Gather(ofClasses, target, 0, false)), wide);
    }
    return ignored == null
        ? weights
        : Tensors.select(g, ignored, Tensors.scalar(g, wide, 0), weights);
  }

  private static Value integer(Graph g, Value like, long number) {
    ElementType element = like.type().element();
    if (!element.isInteger()) {
      throw new NodeFailure("targets are %s, expected integers", like.type());
    }
    return Tensors.longs(g, TensorType.of(element), List.of(number));
  }

  /** The mean is that of the weights: the sum of losses by the sum of weights. */
  private static Value reduced(Node node, Graph g, Value losses, @Nullable Value weights) {
    String reduction = node.attributes().text("reduction", "mean");
    List<Integer> all = Tensors.range(0, losses.type().rank());
    return switch (reduction) {
      case "none" -> losses;
      case "sum" -> Tensors.reduce(g, Reduce.Kind.REDUCE_SUM, losses, all, false);
      case "mean" ->
          weights == null
              ? Tensors.reduce(g, Reduce.Kind.REDUCE_MEAN, losses, all, false)
              : Tensors.divide(
                  g,
                  Tensors.reduce(g, Reduce.Kind.REDUCE_SUM, losses, all, false),
                  Tensors.reduce(g, Reduce.Kind.REDUCE_SUM, weights, all, false));
      default -> throw new NodeFailure("reduction is '%s', expected none, sum or mean", reduction);
    };
  }
}
