package dev.miser.onnx.lower;

import static dev.miser.onnx.graph.Lowering.many;
import static dev.miser.onnx.graph.Lowering.one;
import static java.util.Map.entry;

import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Gather;
import dev.miser.ir.op.GatherAlong;
import dev.miser.ir.op.GatherNd;
import dev.miser.ir.op.Iota;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Reverse;
import dev.miser.ir.op.Slice;
import dev.miser.ir.op.TopK;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.Lowering;
import dev.miser.onnx.graph.Node;
import dev.miser.onnx.graph.NodeFailure;
import dev.miser.onnx.graph.Tensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Operators that take elements or slices from places that are named by an index or an order. */
final class Gathers {
  static final Map<String, Lowering> OPERATORS =
      Map.ofEntries(
          entry("Gather", one(Gathers::gather)),
          entry("GatherElements", one(Gathers::gatherElements)),
          entry("GatherND", one(Gathers::gatherNd)),
          entry("OneHot", one(Gathers::oneHot)),
          entry("ReverseSequence", one(Gathers::reverseSequence)),
          entry("TopK", many(Gathers::topK)));

  private Gathers() {}

  private static Value gather(Node node, Graph g) {
    Value x = node.value(0);
    int axis = Tensors.axis(node.attributes().integer("axis", 0), x.type().rank());
    return take(g, x, node.value(1), axis);
  }

  /** Returns whole slices along an axis; places that are known and evenly spaced are a view. */
  static Value take(Graph g, Value x, Value indices, int axis) {
    Literal known =
        indices.type().element().isInteger() && indices.type().elementCount() > 0
            ? g.elements(indices)
            : null;
    Value slice = known == null ? null : slice(g, x, known, axis);
    if (slice == null) {
      return g.add(new Gather(x, indices, axis, true));
    }
    var dims = new ArrayList<>(x.type().shape().dims());
    dims.remove(axis);
    dims.addAll(axis, indices.type().shape().dims());
    return Tensors.reshape(g, slice, new Shape(dims));
  }

  /** Returns places at even distances as a slice, or null if they are none. */
  private static @Nullable Value slice(Graph g, Value x, Literal indices, int axis) {
    long size = x.type().dim(axis);
    long count = indices.type().elementCount();
    long first = place(indices, 0, size);
    long step = count == 1 ? 1 : place(indices, 1, size) - first;
    for (long i = 0; i < count; i++) {
      long at = place(indices, i, size);
      if (at < 0 || at >= size) {
        throw new NodeFailure("index %d is not in [%d, %d)", indices.longAt(i), -size, size);
      }
      if (step <= 0 || at != first + i * step) {
        return null;
      }
    }
    var start = new ArrayList<Long>(Collections.nCopies(x.type().rank(), 0L));
    var limit = new ArrayList<>(x.type().shape().dims());
    var stride = new ArrayList<Long>(Collections.nCopies(x.type().rank(), 1L));
    start.set(axis, first);
    limit.set(axis, first + (count - 1) * step + 1);
    stride.set(axis, step);
    boolean isWhole = count == size && first == 0;
    return isWhole ? x : g.add(new Slice(x, start, limit, stride));
  }

  private static long place(Literal indices, long i, long size) {
    long index = indices.longAt(i);
    return index < 0 ? index + size : index;
  }

  private static Value gatherElements(Node node, Graph g) {
    Value x = node.value(0);
    int axis = Tensors.axis(node.attributes().integer("axis", 0), x.type().rank());
    return g.add(new GatherAlong(x, node.value(1), axis, true));
  }

  private static Value gatherNd(Node node, Graph g) {
    int batch = Math.toIntExact(node.attributes().integer("batch_dims", 0));
    return g.add(new GatherNd(node.value(0), node.value(1), batch, true));
  }

  /** An index that names no place along the new axis gives the off value all along it. */
  private static Value oneHot(Node node, Graph g) {
    Value indices = Tensors.convert(g, node.value(0), ElementType.I64);
    double wanted = Tensors.knownDouble(g, "depth", node.value(1));
    long depth = (long) wanted;
    if (depth < 0) {
      throw new NodeFailure("depth is %d, expected at least 0", depth);
    }
    Value values = node.value(2);
    if (values.type().rank() != 1 || values.type().dim(0) != 2) {
      throw new NodeFailure("values are %s, expected an off and an on value", values.type());
    }
    int rank = indices.type().rank();
    int axis = Tensors.axis(node.attributes().integer("axis", -1), rank + 1);
    if (node.opset() >= 11) {
      Value isNegative = Tensors.compare(g, Compare.Kind.LESS, indices, 0);
      indices = Tensors.select(g, isNegative, Tensors.add(g, indices, depth), indices);
    }
    Value hot = Tensors.unsqueeze(g, indices, List.of(axis));
    var dims = new ArrayList<>(Collections.nCopies(rank + 1, 1L));
    dims.set(axis, depth);
    Value places = g.add(new Iota(new TensorType(ElementType.I64, new Shape(dims)), axis));
    Value isHot = Tensors.compare(g, Compare.Kind.EQUAL, hot, places);
    return Tensors.select(g, isHot, element(g, values, 1), element(g, values, 0));
  }

  /** Returns one element of a vector as a scalar. */
  private static Value element(Graph g, Value vector, long at) {
    return Tensors.reshape(g, Tensors.slice(g, vector, 0, at, at + 1), Shape.SCALAR);
  }

  /** Place t of a sequence of length n is taken from n - 1 - t where t is below n, else from t. */
  private static Value reverseSequence(Node node, Graph g) {
    Value x = node.value(0);
    Value lengths = node.value(1);
    int rank = x.type().rank();
    int time = Tensors.axis(node.attributes().integer("time_axis", 0), rank);
    int batch = Tensors.axis(node.attributes().integer("batch_axis", 1), rank);
    if (time + batch != 1) {
      throw new NodeFailure("time_axis is %d and batch_axis %d, expected 0 and 1", time, batch);
    }
    long steps = x.type().dim(time);
    long sequences = x.type().dim(batch);
    if (!lengths.type().shape().equals(Shape.of(sequences))) {
      throw new NodeFailure(
          "lengths are %s, expected one for each of %d", lengths.type(), sequences);
    }
    Literal known = g.elements(lengths);
    if (known != null && known.isSplat() && known.longAt(0) == steps) {
      return g.add(new Reverse(x, List.of(time)));
    }
    lengths = Tensors.convert(g, lengths, ElementType.I64);
    TensorType type = new TensorType(ElementType.I64, Shape.of(x.type().dim(0), x.type().dim(1)));
    Value at = g.add(new Iota(type, time));
    Value length = Tensors.along(g, lengths, type.shape(), batch);
    Value mirrored = Tensors.subtract(g, Tensors.add(g, length, -1), at);
    Value isInside = Tensors.compare(g, Compare.Kind.LESS, at, length);
    Value from = Tensors.select(g, isInside, mirrored, at);
    Value places = Tensors.unsqueeze(g, from, List.of(2));
    if (time == 1) {
      return g.add(new GatherNd(x, places, 1, false));
    }
    Value own = Tensors.unsqueeze(g, g.add(new Iota(type, batch)), List.of(2));
    return g.add(new GatherNd(x, Tensors.concat(g, List.of(places, own), 2), 0, false));
  }

  private static List<Value> topK(Node node, Graph g) {
    Value x = node.value(0);
    int axis = Tensors.axis(node.attributes().integer("axis", -1), x.type().rank());
    long k =
        node.opset() < 10
            ? node.attributes().integer("k")
            : Tensors.knownLong(g, "K", node.value(1));
    boolean largest = node.attributes().integer("largest", 1) != 0;
    return List.of(
        g.add(new TopK(TopK.Kind.TOP_K, x, k, axis, largest)),
        g.add(new TopK(TopK.Kind.TOP_K_INDICES, x, k, axis, largest)));
  }
}
