package dev.miser.onnx.lower;

import static dev.miser.onnx.graph.Lowering.many;
import static dev.miser.onnx.graph.Lowering.one;
import static java.util.Map.entry;

import dev.miser.ir.op.Compare;
import dev.miser.ir.op.GroupNorm;
import dev.miser.ir.op.LayerNorm;
import dev.miser.ir.op.LocalResponseNorm;
import dev.miser.ir.op.Reduce;
import dev.miser.ir.op.Reverse;
import dev.miser.ir.op.RmsNorm;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.graph.DataTypes;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.Lowering;
import dev.miser.onnx.graph.Node;
import dev.miser.onnx.graph.NodeFailure;
import dev.miser.onnx.graph.Tensors;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Operators that rescale elements by statistics of their neighbours in the same sample. */
final class Normalizations {
  static final Map<String, Lowering> OPERATORS =
      Map.ofEntries(
          entry("GroupNormalization", one(Normalizations::groups)),
          entry("InstanceNormalization", one(Normalizations::instances)),
          entry("LRN", one(Normalizations::localResponse)),
          entry("LayerNormalization", many(Normalizations::layer)),
          entry("LpNormalization", one(Normalizations::unitLength)),
          entry("MeanVarianceNormalization", one(Normalizations::meanAndVariance)),
          entry("RMSNormalization", one(Normalizations::rootMeanSquare)));

  private Normalizations() {}

  private static double epsilon(Node node) {
    return node.attributes().number("epsilon", 1e-5);
  }

  private static Value instances(Node node, Graph g) {
    Value x = node.value(0);
    long channels = x.type().rank() < 2 ? 0 : x.type().dim(1);
    return g.add(new GroupNorm(x, node.value(1), node.value(2), channels, epsilon(node)));
  }

  /** Before version 21 there is a scale and a bias for each group, since then for each channel. */
  private static Value groups(Node node, Graph g) {
    Value x = node.value(0);
    long groups = node.attributes().integer("num_groups");
    Value scale = node.value(1);
    Value bias = node.value(2);
    if (node.opset() < 21 && x.type().rank() >= 2 && groups > 0) {
      scale = forChannels(g, scale, groups, x.type().dim(1));
      bias = forChannels(g, bias, groups, x.type().dim(1));
    }
    return g.add(new GroupNorm(x, scale, bias, groups, epsilon(node)));
  }

  private static Value forChannels(Graph g, Value ofGroups, long groups, long channels) {
    if (!ofGroups.type().shape().equals(Shape.of(groups)) || groups == channels) {
      return ofGroups;
    }
    Shape apart = Shape.of(groups, channels / groups);
    return Tensors.reshape(g, Tensors.along(g, ofGroups, apart, 0), apart.elementCount());
  }

  private static List<Value> layer(Node node, Graph g) {
    Value x = node.value(0);
    int rank = x.type().rank();
    int axis = Tensors.axis(node.attributes().integer("axis", -1), rank);
    TensorType normalized = normalized(x, axis);
    Value scale = node.value(1);
    Value bias = node.optional(2);
    Value y;
    if (fits(scale, normalized) && (bias == null || fits(bias, normalized))) {
      Value fullBias = bias == null ? null : Tensors.broadcast(g, bias, normalized.shape());
      Value fullScale = Tensors.broadcast(g, scale, normalized.shape());
      y = g.add(new LayerNorm(x, fullScale, fullBias, epsilon(node)));
    } else {
      Value plain = g.add(new LayerNorm(x, Tensors.fill(g, normalized, 1), null, epsilon(node)));
      y = scaledAndShifted(g, plain, scale, bias);
    }
    if (!node.wants(1) && !node.wants(2)) {
      return List.of(y);
    }
    ElementType stash = DataTypes.of(node.attributes().integer("stash_type", 1));
    Value wide = Tensors.convert(g, x, stash);
    List<Integer> axes = Tensors.range(axis, rank);
    Value mean = Tensors.reduce(g, Reduce.Kind.REDUCE_MEAN, wide, axes, true);
    Value square = Tensors.unary(g, Unary.Kind.SQUARE, Tensors.subtract(g, wide, mean));
    Value variance = Tensors.reduce(g, Reduce.Kind.REDUCE_MEAN, square, axes, true);
    Value inverse = Tensors.unary(g, Unary.Kind.RSQRT, Tensors.add(g, variance, epsilon(node)));
    return List.of(y, mean, inverse);
  }

  /** The result has the type of the scale, which may be wider than that of x. */
  private static Value rootMeanSquare(Node node, Graph g) {
    ElementType result = node.value(1).type().element();
    ElementType own = node.value(0).type().element();
    // Of a narrower scale the numbers before it are normalized need not have the range.
    boolean hasDouble = own == ElementType.F64 || result == ElementType.F64;
    ElementType wide = own == result ? own : hasDouble ? ElementType.F64 : ElementType.F32;
    Value scale = Tensors.convert(g, node.value(1), wide);
    Value x = Tensors.convert(g, node.value(0), wide);
    int axis = Tensors.axis(node.attributes().integer("axis", -1), x.type().rank());
    TensorType normalized = normalized(x, axis);
    if (fits(scale, normalized)) {
      Value full = Tensors.broadcast(g, scale, normalized.shape());
      return Tensors.convert(g, g.add(new RmsNorm(x, full, epsilon(node))), result);
    }
    Value plain = g.add(new RmsNorm(x, Tensors.fill(g, normalized, 1), epsilon(node)));
    return Tensors.convert(g, scaledAndShifted(g, plain, scale, null), result);
  }

  /** Returns the type of what is normalized together: the axes from this one on. */
  private static TensorType normalized(Value x, int axis) {
    return x.type().withShape(new Shape(x.type().shape().dims().subList(axis, x.type().rank())));
  }

  /** Returns whether a scale or bias is the same for all that is normalized apart. */
  private static boolean fits(Value parameter, TensorType normalized) {
    int lead = normalized.rank() - parameter.type().rank();
    if (lead < 0 || parameter.type().element() != normalized.element()) {
      return false;
    }
    for (int i = 0; i < parameter.type().rank(); i++) {
      long size = parameter.type().dim(i);
      if (size != 1 && size != normalized.dim(lead + i)) {
        return false;
      }
    }
    return true;
  }

  private static Value scaledAndShifted(Graph g, Value x, Value scale, @Nullable Value bias) {
    Shape shape = x.type().shape();
    Value scaled = Tensors.multiply(g, x, Tensors.broadcast(g, scale, shape));
    return bias == null ? scaled : Tensors.add(g, scaled, Tensors.broadcast(g, bias, shape));
  }

  /** Of an even size the window reaches one channel farther up, ours one farther down. */
  private static Value localResponse(Node node, Graph g) {
    Value x = node.value(0);
    long size = node.attributes().integer("size");
    double alpha = node.attributes().number("alpha", 1e-4);
    double beta = node.attributes().number("beta", 0.75);
    double bias = node.attributes().number("bias", 1);
    if (size % 2 != 0) {
      return g.add(new LocalResponseNorm(x, size, alpha, beta, bias));
    }
    List<Integer> channels = List.of(Tensors.axis(1, x.type().rank()));
    Value turned = g.add(new Reverse(x, channels));
    Value normal = g.add(new LocalResponseNorm(turned, size, alpha, beta, bias));
    return g.add(new Reverse(normal, channels));
  }

  /** Divides by the sum of sizes or by the root of the sum of squares; zeros remain zeros. */
  private static Value unitLength(Node node, Graph g) {
    Value given = node.value(0);
    ElementType element = given.type().element();
    Value x = Tensors.convert(g, given, Widths.ofFloat(element));
    int axis = Tensors.axis(node.attributes().integer("axis", -1), x.type().rank());
    long p = node.attributes().integer("p", 2);
    if (p != 1 && p != 2) {
      throw new NodeFailure("p is %d, expected 1 or 2", p);
    }
    Value powers = Tensors.unary(g, p == 1 ? Unary.Kind.ABS : Unary.Kind.SQUARE, x);
    Value sum = Tensors.reduce(g, Reduce.Kind.REDUCE_SUM, powers, List.of(axis), true);
    Value length = p == 1 ? sum : Tensors.unary(g, Unary.Kind.SQRT, sum);
    Value isZero = Tensors.compare(g, Compare.Kind.EQUAL, length, 0);
    Value one = Tensors.scalar(g, x.type().element(), 1);
    Value divisor = Tensors.select(g, isZero, one, length);
    return Tensors.convert(g, Tensors.divide(g, x, divisor), element);
  }

  private static Value meanAndVariance(Node node, Graph g) {
    Value given = node.value(0);
    ElementType element = given.type().element();
    Value x = Tensors.convert(g, given, Widths.ofFloat(element));
    List<Integer> axes =
        Tensors.axes(node.attributes().integers("axes", List.of(0L, 2L, 3L)), x.type().rank());
    Value mean = Tensors.reduce(g, Reduce.Kind.REDUCE_MEAN, x, axes, true);
    Value centred = Tensors.subtract(g, x, mean);
    Value square = Tensors.unary(g, Unary.Kind.SQUARE, centred);
    Value variance = Tensors.reduce(g, Reduce.Kind.REDUCE_MEAN, square, axes, true);
    Value deviation = Tensors.add(g, Tensors.unary(g, Unary.Kind.SQRT, variance), 1e-9);
    return Tensors.convert(g, Tensors.divide(g, centred, deviation), element);
  }
}
