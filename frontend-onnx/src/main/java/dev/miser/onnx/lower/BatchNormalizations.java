package dev.miser.onnx.lower;

import static dev.miser.onnx.graph.Lowering.many;

import dev.miser.ir.op.BatchNorm;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Reduce;
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
 * Batch normalization in all its versions. What it normalizes is brought to [samples, channels,
 * places]: a channel is a feature with statistics of its own.
 */
final class BatchNormalizations {
  static final Map<String, Lowering> OPERATORS =
      Map.of("BatchNormalization", many(BatchNormalizations::batchNormalization));

  private BatchNormalizations() {}

  private static List<Value> batchNormalization(Node node, Graph g) {
    Value given = node.value(0);
    ElementType element = given.type().element();
    // Statistics may have a wider type than what they are the statistics of.
    ElementType wide = widest(node.values(0));
    Value x = Tensors.convert(g, shaped(node, g, given), wide);
    long channels = x.type().dim(1);
    var parameters = new ArrayList<Value>();
    for (int i = 1; i <= 4; i++) {
      Value parameter = node.value(i);
      if (parameter.type().elementCount() != channels) {
        throw new NodeFailure(
            "input %d is %s, expected an element for each of %d channels",
            i, parameter.type(), channels);
      }
      parameters.add(Tensors.convert(g, Tensors.reshape(g, parameter, channels), wide));
    }
    Value scale = parameters.get(0);
    Value bias = parameters.get(1);
    Value mean = parameters.get(2);
    Value variance = parameters.get(3);
    double epsilon = node.attributes().number("epsilon", 1e-5);
    var outputs = new ArrayList<Value>();
    if (!isTraining(node)) {
      outputs.add(g.add(new BatchNorm(x, scale, bias, mean, variance, epsilon)));
    } else {
      Value ownMean = overSamples(g, x);
      Value centred = Tensors.subtract(g, x, Tensors.along(g, ownMean, x.type().shape(), 1));
      Value ownVariance = overSamples(g, Tensors.unary(g, Unary.Kind.SQUARE, centred));
      outputs.add(g.add(new BatchNorm(x, scale, bias, ownMean, ownVariance, epsilon)));
      double momentum = node.attributes().number("momentum", 0.9);
      outputs.add(running(g, mean, ownMean, momentum));
      outputs.add(running(g, variance, ownVariance, momentum));
      if (node.opset() < 14) {
        // What older versions keep for the gradient.
        outputs.add(ownMean);
        outputs.add(ownVariance);
      }
    }
    outputs.set(
        0,
        Tensors.reshape(g, Tensors.convert(g, outputs.getFirst(), element), given.type().shape()));
    for (int i = 1; i < outputs.size(); i++) {
      Value like = node.value(i % 2 == 1 ? 3 : 4);
      Value output = Tensors.convert(g, outputs.get(i), like.type().element());
      outputs.set(i, Tensors.reshape(g, output, like.type().shape()));
    }
    return outputs.subList(0, Math.clamp(node.outputCount(), 1, outputs.size()));
  }

  /**
   * Version 14 asks an attribute, 7 to 13 how many outputs there are, older ones {@code is_test}.
   */
  private static boolean isTraining(Node node) {
    if (node.opset() >= 14) {
      return node.attributes().flag("training_mode");
    }
    if (node.opset() >= 7) {
      return node.wants(1) || node.wants(2) || node.wants(3) || node.wants(4);
    }
    return !node.attributes().flag("is_test");
  }

  private static Value shaped(Node node, Graph g, Value x) {
    Shape shape = x.type().shape();
    int rank = shape.rank();
    if (rank == 0) {
      throw new NodeFailure("it normalizes %s, expected at least an axis of samples", x.type());
    }
    if (rank == 1) {
      return Tensors.reshape(g, x, shape.dim(0), 1);
    }
    boolean eachPlace = node.opset() < 9 && node.attributes().integer("spatial", 1) == 0;
    return eachPlace ? Tensors.reshape(g, x, shape.dim(0), shape.elementCount(1, rank)) : x;
  }

  private static ElementType widest(List<Value> values) {
    ElementType widest = values.getFirst().type().element();
    for (Value value : values) {
      ElementType element = value.type().element();
      if (element != widest) {
        widest =
            element == ElementType.F64 || widest == ElementType.F64
                ? ElementType.F64
                : ElementType.F32;
      }
    }
    return widest;
  }

  private static Value overSamples(Graph g, Value x) {
    List<Integer> axes = new ArrayList<>(Tensors.range(2, x.type().rank()));
    axes.addFirst(0);
    return g.add(new Reduce(Reduce.Kind.REDUCE_MEAN, x, axes));
  }

  /** old * momentum + now * (1 - momentum). */
  private static Value running(Graph g, Value old, Value now, double momentum) {
    return Tensors.binary(
        g,
        Binary.Kind.ADD,
        Tensors.multiply(g, old, momentum),
        Tensors.multiply(g, now, 1 - momentum));
  }
}
