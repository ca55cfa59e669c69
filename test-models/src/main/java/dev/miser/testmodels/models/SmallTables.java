package dev.miser.testmodels.models;

import dev.miser.ir.func.Function;
import dev.miser.ir.op.ArgReduce;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Combine;
import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Constant;
import dev.miser.ir.op.Cumulative;
import dev.miser.ir.op.Dot;
import dev.miser.ir.op.Gather;
import dev.miser.ir.op.GatherAlong;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Reduce;
import dev.miser.ir.op.Scatter;
import dev.miser.ir.op.Select;
import dev.miser.ir.op.Softmax;
import dev.miser.ir.op.Sort;
import dev.miser.ir.op.TopK;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.List;

/** Small networks and samplers that choose, sort, gather and scatter. */
final class SmallTables {
  private SmallTables() {}

  static List<Function> all() {
    return List.of(recommender(), graphConvolution(), experts(), nucleus(), metricLearning());
  }

  /** Sums of embeddings and the products of each pair of them, beside dense features. */
  private static Function recommender() {
    var net = new NetBuilder("small_recommender");
    Value dense = net.input("dense", 5, 13);
    Value x = net.relu("bottom.1", net.linear("bottom.0", dense, 16, Initial.linear(13)));
    Value rows = net.reshape("bottom.row", x, 5, 1, 16);
    Value items = net.indices("items", 40, 5, 6);
    Value bag = net.embedding("items.embedding", items, 40, 16);
    Value pooled = net.add("items.bag", new Reduce(Reduce.Kind.REDUCE_SUM, bag, List.of(1)));
    pooled = net.reshape("items.row", pooled, 5, 1, 16);
    Value user = net.embedding("user.embedding", net.indices("user", 30, 5, 1), 30, 16);
    Value all = net.concat("features", 1, List.of(rows, pooled, user));
    Value pairs = net.add("pairs", new Dot(all, all, false, true));
    Value joint = net.concat("joint", 1, List.of(x, net.flatten("pairs.flat", pairs)));
    Value y = net.relu("top.1", net.linear("top.0", joint, 20, Initial.linear(25)));
    y = net.linear("top.2", y, 1, Initial.linear(20));
    return net.returns(net.unary("click", Unary.Kind.SIGMOID, y));
  }

  /** Messages along edges, averaged where they arrive. */
  private static Function graphConvolution() {
    var net = new NetBuilder("small_graph_convolution");
    Value x = net.input("nodes", 9, 14);
    Value from = net.indices("from", 9, 30);
    Value to = net.indices("to", 9, 30);
    Value self = ones(net, "self", 9);
    Value edge = ones(net, "edge", 30);
    for (int layer = 0; layer < 2; layer++) {
      String name = "conv" + layer + ".";
      Value message = net.linear(name + "lin", x, 14, Initial.linear(14));
      Value sent = net.add(name + "sent", new Gather(message, from, 0, false));
      Value sum = net.add(name + "sum", new Scatter(message, to, sent, 0, Combine.ADD, false));
      Value degree = net.add(name + "degree", new Scatter(self, to, edge, 0, Combine.ADD, false));
      Value wide = net.broadcast(name + "degree.broadcast", degree, sum.type().shape(), 0, 1);
      x = net.relu(name + "relu", net.binary(name + "mean", Binary.Kind.DIVIDE, sum, wide));
    }
    return net.returns(x);
  }

  private static Value ones(NetBuilder net, String name, long rows) {
    return net.add(name, new Constant(Literal.splat(TensorType.of(ElementType.F32, rows, 1), 1.0)));
  }

  /** Each row goes to the two experts that its router likes best. */
  private static Function experts() {
    var net = new NetBuilder("small_experts");
    Value x = net.input("rows", 10, 12);
    Value scores = net.linear("router", x, 5, Initial.normal(1));
    Value chosen = net.add("chosen", new TopK(TopK.Kind.TOP_K_INDICES, scores, 2, 1, true));
    Value best = net.add("best", new TopK(TopK.Kind.TOP_K, scores, 2, 1, true));
    Value share = net.add("share", new Softmax(Softmax.Kind.SOFTMAX, best, 1));
    Value table = net.parameter("experts.weight", Initial.linear(12), 5, 8, 12);
    Value taken = net.add("taken", new Gather(table, chosen, 0, false));
    Value pairs = net.reshape("pairs", taken, 20, 8, 12);
    Value wide = net.broadcast("rows.twice", x, Shape.of(10, 2, 12), 0, 2);
    Value y = net.dot("products", pairs, net.reshape("columns", wide, 20, 12, 1));
    y = net.unary("gelu", Unary.Kind.GELU, net.reshape("answers", y, 10, 2, 8));
    y = net.product("weighted", y, net.broadcast("share.wide", share, y.type().shape(), 0, 1));
    return net.returns(net.add("sum", new Reduce(Reduce.Kind.REDUCE_SUM, y, List.of(1))));
  }

  /** Keeps the likeliest words that hold nine tenths of the probability, and the first of them. */
  private static Function nucleus() {
    var net = new NetBuilder("small_nucleus");
    Value logits = net.input("logits", 4, 50);
    Value sorted = net.add("sorted", new Sort(Sort.Kind.SORT, logits, 1, true));
    Value order = net.add("order", new Sort(Sort.Kind.SORT_INDICES, logits, 1, true));
    Value share = net.add("share", new Softmax(Softmax.Kind.SOFTMAX, sorted, 1));
    Value before =
        net.add("before", new Cumulative(Cumulative.Kind.CUMULATIVE_SUM, share, 1, true, false));
    Value limit = net.constant("limit", 0.9, before);
    Value kept = net.add("kept", new Compare(Compare.Kind.LESS, before, limit));
    Value least = net.constant("least", -1e30, sorted);
    Value cut = net.add("cut", new Select(kept, sorted, least));
    Value place = net.add("place", new Sort(Sort.Kind.SORT_INDICES, order, 1, false));
    Value back = net.add("back", new GatherAlong(cut, place, 1, false));
    Value word = net.add("word", new ArgReduce(ArgReduce.Kind.ARG_MAX, back, 1, false));
    return net.returns(net.add("logs", new Softmax(Softmax.Kind.LOG_SOFTMAX, back, 1)), word);
  }

  /** Cosines between all rows of two sets, and their nearest. */
  private static Function metricLearning() {
    var net = new NetBuilder("small_metric_learning");
    Value left = unit(net, "left", net.input("left", 7, 33));
    Value right = unit(net, "right", net.input("right", 11, 33));
    Value cosines = net.dotTransposed("cosines", left, right);
    Value nearest = net.add("nearest", new Reduce(Reduce.Kind.REDUCE_MAX, cosines, List.of(1)));
    Value spread = net.add("spread", new Reduce(Reduce.Kind.REDUCE_MEAN, cosines, List.of(0)));
    return net.returns(cosines, nearest, spread);
  }

  private static Value unit(NetBuilder net, String name, Value x) {
    Value squares = net.unary(name + ".square", Unary.Kind.SQUARE, x);
    Value sum = net.add(name + ".sum", new Reduce(Reduce.Kind.REDUCE_SUM, squares, List.of(1)));
    Value scale = net.unary(name + ".scale", Unary.Kind.RSQRT, sum);
    Value wide = net.alongAxis(name + ".scale.wide", scale, x, 0);
    return net.product(name + ".unit", x, wide);
  }
}
