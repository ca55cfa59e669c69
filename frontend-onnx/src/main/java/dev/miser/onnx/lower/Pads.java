package dev.miser.onnx.lower;

import static dev.miser.onnx.graph.Lowering.one;
import static java.util.Map.entry;

import dev.miser.ir.op.Pad;
import dev.miser.ir.op.Slice;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.Shape;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.Lowering;
import dev.miser.onnx.graph.Node;
import dev.miser.onnx.graph.NodeFailure;
import dev.miser.onnx.graph.Tensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Operators that put elements around a tensor, or cut them off. */
final class Pads {
  static final Map<String, Lowering> OPERATORS =
      Map.ofEntries(entry("CenterCropPad", one(Pads::center)), entry("Pad", one(Pads::pad)));

  /** Where elements are repeated, each is named by an index: more than any model pads. */
  private static final long MOST_REPEATED = 1 << 20;

  private Pads() {}

  private static Value pad(Node node, Graph g) {
    Value x = node.value(0);
    int rank = x.type().rank();
    List<Long> pads =
        node.has(1)
            ? Tensors.knownLongs(g, "pads", node.value(1))
            : node.attributes().integers(node.opset() < 2 ? "paddings" : "pads");
    if (pads == null) {
      throw new NodeFailure("pads are missing");
    }
    List<Integer> axes =
        axes(rank, node.has(3) ? Tensors.knownLongs(g, "axes", node.value(3)) : null);
    int count = axes.size();
    if (pads.size() != 2 * count) {
      throw new NodeFailure("pads are %s, expected two for each of %d axes", pads, count);
    }
    var low = new ArrayList<Long>(Collections.nCopies(rank, 0L));
    var high = new ArrayList<Long>(Collections.nCopies(rank, 0L));
    for (int i = 0; i < count; i++) {
      low.set(axes.get(i), pads.get(i));
      high.set(axes.get(i), pads.get(count + i));
    }
    String mode = node.attributes().text("mode", "constant");
    return switch (mode) {
      case "constant" -> constant(g, x, fill(node, g, x), low, high);
      case "edge", "reflect", "wrap" -> repeated(g, x, mode, low, high);
      default ->
          throw new NodeFailure("mode is '%s', expected constant, reflect, edge or wrap", mode);
    };
  }

  /** Returns axes counted from the front in the order that they are given, all if none are. */
  static List<Integer> axes(int rank, @Nullable List<Long> given) {
    if (given == null) {
      return Tensors.range(0, rank);
    }
    List<Integer> axes = given.stream().map(axis -> Tensors.axis(axis, rank)).toList();
    if (new HashSet<>(axes).size() != axes.size()) {
      throw new NodeFailure("axes %s name an axis twice", given);
    }
    return axes;
  }

  private static Value fill(Node node, Graph g, Value x) {
    if (node.has(2)) {
      return Tensors.reshape(g, node.value(2), Shape.SCALAR);
    }
    double number = node.attributes().number("value", 0);
    return Tensors.scalar(g, x.type().element(), number);
  }

  private static Value constant(Graph g, Value x, Value fill, List<Long> low, List<Long> high) {
    boolean isWhole = low.stream().allMatch(p -> p == 0) && high.stream().allMatch(p -> p == 0);
    return isWhole ? x : g.add(new Pad(x, fill, low, high, List.of()));
  }

  /** Elements that are cut off go first: what is repeated is what is left. */
  private static Value repeated(Graph g, Value x, String mode, List<Long> low, List<Long> high) {
    var start = new ArrayList<Long>();
    var limit = new ArrayList<Long>();
    for (int axis = 0; axis < x.type().rank(); axis++) {
      start.add(Math.max(-low.get(axis), 0));
      limit.add(x.type().dim(axis) - Math.max(-high.get(axis), 0));
    }
    boolean isWhole = start.stream().allMatch(s -> s == 0) && limit.equals(x.type().shape().dims());
    Value result = isWhole ? x : g.add(new Slice(x, start, limit, List.of()));
    for (int axis = 0; axis < x.type().rank(); axis++) {
      long before = Math.max(low.get(axis), 0);
      long after = Math.max(high.get(axis), 0);
      if (before > 0 || after > 0) {
        result = repeated(g, result, mode, axis, before, after);
      }
    }
    return result;
  }

  /** The middle is copied whole; the few elements around it are taken by their places. */
  private static Value repeated(Graph g, Value x, String mode, int axis, long before, long after) {
    long size = x.type().dim(axis);
    if (size == 0) {
      throw new NodeFailure("axis %d of %s has nothing that mode %s repeats", axis, x.type(), mode);
    }
    if (before > MOST_REPEATED || after > MOST_REPEATED) {
      throw new NodeFailure("%d and %d elements are put around axis %d", before, after, axis);
    }
    var parts = new ArrayList<Value>();
    if (before > 0) {
      parts.add(places(g, x, mode, axis, -before, 0));
    }
    parts.add(x);
    if (after > 0) {
      parts.add(places(g, x, mode, axis, size, size + after));
    }
    return Tensors.concat(g, parts, axis);
  }

  private static Value places(Graph g, Value x, String mode, int axis, long from, long to) {
    long size = x.type().dim(axis);
    if (mode.equals("edge")) {
      long at = from < 0 ? 0 : size - 1;
      Value edge = Tensors.slice(g, x, axis, at, at + 1);
      return Tensors.broadcast(g, edge, x.type().shape().with(axis, to - from));
    }
    var indices = new ArrayList<Long>();
    for (long i = from; i < to; i++) {
      indices.add(mode.equals("wrap") ? Math.floorMod(i, size) : reflected(i, size));
    }
    return Gathers.take(g, x, Tensors.vector(g, indices), axis);
  }

  /** Returns the place within [0, size) that a place is mirrored to, at the middles of the ends. */
  static long reflected(long place, long size) {
    if (size == 1) {
      return 0;
    }
    long at = Math.floorMod(place, 2 * (size - 1));
    return at < size ? at : 2 * (size - 1) - at;
  }

  private static Value center(Node node, Graph g) {
    Value x = node.value(0);
    int rank = x.type().rank();
    List<Long> sizes = Tensors.knownLongs(g, "shape", node.value(1));
    List<Integer> axes = axes(rank, node.attributes().integers("axes"));
    if (sizes.size() != axes.size() || sizes.stream().anyMatch(size -> size < 0)) {
      throw new NodeFailure("shape is %s, expected a size for each of axes %s", sizes, axes);
    }
    var low = new ArrayList<Long>(Collections.nCopies(rank, 0L));
    var high = new ArrayList<Long>(Collections.nCopies(rank, 0L));
    for (int i = 0; i < sizes.size(); i++) {
      long more = sizes.get(i) - x.type().dim(axes.get(i));
      // Of an odd number the larger half is after, whether put on or cut off.
      low.set(axes.get(i), more / 2);
      high.set(axes.get(i), more - more / 2);
    }
    return constant(g, x, Tensors.scalar(g, x.type().element(), 0), low, high);
  }
}
