package dev.miser.onnx.lower;

import static dev.miser.onnx.graph.Lowering.many;
import static dev.miser.onnx.graph.Lowering.one;
import static java.util.Map.entry;

import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Pad;
import dev.miser.ir.op.Pool;
import dev.miser.ir.op.Reduce;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.Lowering;
import dev.miser.onnx.graph.Node;
import dev.miser.onnx.graph.NodeFailure;
import dev.miser.onnx.graph.Tensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Pools: what the elements under a window, or of a whole image, combine to. */
final class Pooling {
  static final Map<String, Lowering> OPERATORS =
      Map.ofEntries(
          entry(
              "AveragePool",
              one((node, g) -> average(node, g, node.value(0), Overhang.IS_NOTHING))),
          entry("GlobalAveragePool", one(global(Reduce.Kind.REDUCE_MEAN))),
          entry("GlobalLpPool", one(Pooling::globalNorm)),
          entry("GlobalMaxPool", one(global(Reduce.Kind.REDUCE_MAX))),
          entry("LpPool", one(Pooling::norm)),
          entry("MaxPool", many(Pooling::maximum)),
          entry("MaxUnpool", one(Unpooling::unpool)));

  /** What a window that overhangs the padding at its last position takes from there. */
  enum Overhang {
    IS_NOTHING,
    /** Like padding, it counts if that counts. */
    COUNTS
  }

  private Pooling() {}

  private static List<Value> maximum(Node node, Graph g) {
    Value x = node.value(0);
    Window window = Window.ofPool(node, x.type().shape());
    Value values = pool(g, Pool.Kind.MAX_POOL, x, window);
    return node.wants(1)
        ? List.of(values, Unpooling.indices(g, x, window, node.attributes().flag("storage_order")))
        : List.of(values);
  }

  private static Value pool(Graph g, Pool.Kind kind, Value x, Window window) {
    return g.add(
        new Pool(
            kind,
            x,
            window.size(),
            window.stride(),
            window.low(),
            window.highAndBeyond(),
            window.dilation(),
            false));
  }

  /** Returns the averages that a node's attributes describe. */
  static Value average(Node node, Graph g, Value image, Overhang overhang) {
    Value x = image;
    Window window = Window.ofPool(node, x.type().shape());
    if (!node.attributes().flag("count_include_pad")) {
      return pool(g, Pool.Kind.AVERAGE_POOL, x, window);
    }
    if (window.overhangs() && overhang == Overhang.IS_NOTHING) {
      // Padding counts, what lies beyond it does not: padding becomes a part of the image.
      x = g.add(new Pad(x, zero(g, x), all(window.low()), all(window.high()), List.of()));
      List<Long> none = Collections.nCopies(window.size().size(), 0L);
      window =
          new Window(
              window.size(), window.stride(), none, none, window.beyond(), window.dilation());
      return pool(g, Pool.Kind.AVERAGE_POOL, x, window);
    }
    return g.add(
        new Pool(
            Pool.Kind.AVERAGE_POOL,
            x,
            window.size(),
            window.stride(),
            window.low(),
            window.highAndBeyond(),
            window.dilation(),
            true));
  }

  static Value zero(Graph g, Value x) {
    return Tensors.scalar(g, x.type().element(), 0);
  }

  /** Returns a list over the spatial axes as one over all. */
  static List<Long> all(List<Long> spatial) {
    var all = new ArrayList<>(List.of(0L, 0L));
    all.addAll(spatial);
    return all;
  }

  private static Value norm(Node node, Graph g) {
    Value x = node.value(0);
    Window window = Window.ofPool(node, x.type().shape());
    double p = exponent(node);
    return root(g, pool(g, Pool.Kind.SUM_POOL, powers(g, x, p), window), p);
  }

  private static Value globalNorm(Node node, Graph g) {
    double p = exponent(node);
    Value x = node.value(0);
    return root(g, global(g, Reduce.Kind.REDUCE_SUM, powers(g, x, p)), p);
  }

  /** The first version of the operators takes any number. */
  private static double exponent(Node node) {
    double p =
        node.opset() < 2
            ? node.attributes().number("p", 2)
            : (double) node.attributes().integer("p", 2);
    if (!(p > 0)) {
      throw new NodeFailure("p is %s, expected more than 0", p);
    }
    return p;
  }

  private static Value powers(Graph g, Value x, double p) {
    if (p == 2) {
      return Tensors.unary(g, Unary.Kind.SQUARE, x);
    }
    Value size = Tensors.unary(g, Unary.Kind.ABS, x);
    return p == 1 ? size : Tensors.binary(g, Binary.Kind.POWER, size, p);
  }

  private static Value root(Graph g, Value sum, double p) {
    if (p == 1) {
      return sum;
    }
    return p == 2
        ? Tensors.unary(g, Unary.Kind.SQRT, sum)
        : Tensors.binary(g, Binary.Kind.POWER, sum, 1 / p);
  }

  private static Lowering.One global(Reduce.Kind kind) {
    return (node, g) -> global(g, kind, node.value(0));
  }

  private static Value global(Graph g, Reduce.Kind kind, Value x) {
    int rank = x.type().rank();
    if (rank < 2) {
      throw new NodeFailure("its input is %s, expected [n, c, spatial...]", x.type());
    }
    return Tensors.reduce(g, kind, x, Tensors.range(2, rank), true);
  }
}
