package dev.miser.onnx.lower;

import static dev.miser.onnx.graph.Lowering.one;
import static java.util.Map.entry;

import dev.miser.ir.op.ArgReduce;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Cumulative;
import dev.miser.ir.op.Reduce;
import dev.miser.ir.op.Select;
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

/** Operators that combine the elements along axes, at once or one after the other. */
final class Reductions {
  static final Map<String, Lowering> OPERATORS =
      Map.ofEntries(
          entry("ArgMax", one((node, g) -> index(node, g, ArgReduce.Kind.ARG_MAX))),
          entry("ArgMin", one((node, g) -> index(node, g, ArgReduce.Kind.ARG_MIN))),
          entry("CumProd", one(cumulative(Cumulative.Kind.CUMULATIVE_PRODUCT))),
          entry("CumSum", one(cumulative(Cumulative.Kind.CUMULATIVE_SUM))),
          entry("ReduceL1", reduction(Reductions::sumOfSizes)),
          entry("ReduceL2", reduction(Reductions::rootOfSquares)),
          entry("ReduceLogSum", reduction(Reductions::logarithmOfSum)),
          entry("ReduceLogSumExp", reduction(Reductions::logarithmOfExponentials)),
          entry(
              "ReduceMax", reduction((g, x, axes) -> extreme(g, Reduce.Kind.REDUCE_MAX, x, axes))),
          entry("ReduceMean", reduction(Reductions::mean)),
          entry(
              "ReduceMin", reduction((g, x, axes) -> extreme(g, Reduce.Kind.REDUCE_MIN, x, axes))),
          entry(
              "ReduceProd",
              reduction((g, x, axes) -> kept(g, Reduce.Kind.REDUCE_PRODUCT, x, axes))),
          entry("ReduceSum", reduction(Reductions::sum)),
          entry("ReduceSumSquare", reduction(Reductions::sumOfSquares)));

  /** Combines elements along axes, which remain with size 1; there may be no axes. */
  @FunctionalInterface
  private interface OverAxes {
    Value of(Graph g, Value x, List<Integer> axes);
  }

  private Reductions() {}

  private static Lowering reduction(OverAxes function) {
    return one((node, g) -> {
      Value x = node.value(0);
      List<Integer> axes = axes(node, g, x.type().rank());
      Value result = function.of(g, x, axes);
      return node.attributes().integer("keepdims", 1) != 0
          ? result
          : Tensors.squeeze(g, result, axes);
    });
  }

  /** No axes are all axes, unless an attribute of newer versions says that they are none. */
  private static List<Integer> axes(Node node, Graph g, int rank) {
    List<Long> given = Shapes.integers(node, g, 1, "axes");
    if (given != null && !given.isEmpty()) {
      return Tensors.axes(given, rank);
    }
    return node.attributes().flag("noop_with_empty_axes") ? List.of() : Tensors.range(0, rank);
  }

  private static Value kept(Graph g, Reduce.Kind kind, Value x, List<Integer> axes) {
    return Tensors.reduce(g, kind, x, axes, true);
  }

  private static Value sum(Graph g, Value x, List<Integer> axes) {
    return kept(g, Reduce.Kind.REDUCE_SUM, x, axes);
  }

  /** The largest of nothing is the least there is, and the smallest the greatest. */
  private static Value extreme(Graph g, Reduce.Kind kind, Value x, List<Integer> axes) {
    ElementType element = x.type().element();
    boolean max = kind == Reduce.Kind.REDUCE_MAX;
    if (element.isBoolean()) {
      return kept(g, max ? Reduce.Kind.REDUCE_OR : Reduce.Kind.REDUCE_AND, x, axes);
    }
    if (axes.stream().noneMatch(axis -> x.type().dim(axis) == 0)) {
      return kept(g, kind, x, axes);
    }
    TensorType type = x.type().withShape(reduced(x, axes));
    if (element.isFloat()) {
      return Tensors.fill(g, type, max ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
    }
    Value least =
        Tensors.longs(
            g,
            TensorType.of(element),
            List.of(element.isUnsigned() ? 0L : -1L << (element.bytes() * 8 - 1)));
    Value bound = max ? least : Tensors.unary(g, Unary.Kind.BITWISE_NOT, least);
    return Tensors.broadcast(g, bound, type.shape());
  }

  private static Shape reduced(Value x, List<Integer> axes) {
    Shape shape = x.type().shape();
    for (int axis : axes) {
      shape = shape.with(axis, 1);
    }
    return shape;
  }

  /** Of integers the mean is rounded toward zero; their sum may be beyond their type. */
  private static Value mean(Graph g, Value x, List<Integer> axes) {
    ElementType element = x.type().element();
    if (element.isFloat() || axes.isEmpty()) {
      return kept(g, Reduce.Kind.REDUCE_MEAN, x, axes);
    }
    long count = 1;
    for (int axis : axes) {
      count *= x.type().dim(axis);
    }
    if (count == 0) {
      throw new NodeFailure("it is the mean of no integers, in axes %s of %s", axes, x.type());
    }
    ElementType wide = element == ElementType.U64 ? element : ElementType.I64;
    Value sum = sum(g, Tensors.convert(g, x, wide), axes);
    return Tensors.convert(g, Tensors.binary(g, Binary.Kind.DIVIDE, sum, (double) count), element);
  }

  private static Value sumOfSizes(Graph g, Value x, List<Integer> axes) {
    return sum(g, Tensors.unary(g, Unary.Kind.ABS, x), axes);
  }

  private static Value sumOfSquares(Graph g, Value x, List<Integer> axes) {
    ElementType element = x.type().element();
    Value wide = Tensors.convert(g, x, Widths.ofFloat(element));
    return Tensors.convert(g, squares(g, wide, axes), element);
  }

  private static Value squares(Graph g, Value x, List<Integer> axes) {
    return sum(g, Tensors.unary(g, Unary.Kind.SQUARE, x), axes);
  }

  private static Value rootOfSquares(Graph g, Value x, List<Integer> axes) {
    ElementType element = x.type().element();
    Value wide = Tensors.convert(g, x, Widths.ofNumber(element));
    Value root = Tensors.unary(g, Unary.Kind.SQRT, squares(g, wide, axes));
    return Tensors.convert(g, root, element);
  }

  private static Value logarithmOfSum(Graph g, Value x, List<Integer> axes) {
    ElementType element = x.type().element();
    Value wide = Tensors.convert(g, x, Widths.ofNumber(element));
    return Tensors.convert(g, Tensors.unary(g, Unary.Kind.LOG, sum(g, wide, axes)), element);
  }

  /** log(sum(e^(x - m))) + m, with m the largest element so that nothing overflows. */
  private static Value logarithmOfExponentials(Graph g, Value x, List<Integer> axes) {
    if (axes.isEmpty()) {
      return x;
    }
    ElementType element = x.type().element();
    Value wide = Tensors.convert(g, x, Widths.ofNumber(element));
    Value largest = extreme(g, Reduce.Kind.REDUCE_MAX, wide, axes);
    // An infinite one must not be subtracted from itself: then the sum is 0 or infinite anyway.
    Value infinite = Tensors.unary(g, Unary.Kind.IS_INFINITE, largest);
    Value base = g.add(new Select(infinite, Tensors.fill(g, largest.type(), 0), largest));
    Value powers = Tensors.unary(g, Unary.Kind.EXP, Tensors.subtract(g, wide, base));
    Value logarithm = Tensors.unary(g, Unary.Kind.LOG, sum(g, powers, axes));
    return Tensors.convert(g, Tensors.add(g, logarithm, base), element);
  }

  private static Value index(Node node, Graph g, ArgReduce.Kind kind) {
    Value x = node.value(0);
    int axis = Tensors.axis(node.attributes().integer("axis", 0), x.type().rank());
    boolean last = node.attributes().flag("select_last_index");
    Value index = g.add(new ArgReduce(kind, x, axis, last));
    return node.attributes().integer("keepdims", 1) != 0
        ? Tensors.unsqueeze(g, index, List.of(axis))
        : index;
  }

  private static Lowering.One cumulative(Cumulative.Kind kind) {
    return (node, g) -> {
      Value x = node.value(0);
      int axis = Tensors.axis(Tensors.knownLong(g, "axis", node.value(1)), x.type().rank());
      boolean exclusive = node.attributes().flag("exclusive");
      boolean reverse = node.attributes().flag("reverse");
      return g.add(new Cumulative(kind, x, axis, exclusive, reverse));
    };
  }
}
