package dev.miser.onnx.lower;

import static dev.miser.onnx.graph.Lowering.many;
import static dev.miser.onnx.graph.Lowering.one;
import static java.util.Map.entry;

import dev.miser.ir.op.Reverse;
import dev.miser.ir.op.Slice;
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

/** Operators that tell shapes, or change the shape of a tensor without computing. */
final class Shapes {
  static final Map<String, Lowering> OPERATORS =
      Map.ofEntries(
          entry("Concat", one(Shapes::concat)),
          entry("Expand", one(Shapes::expand)),
          entry("Flatten", one(Shapes::flatten)),
          entry("Identity", (node, g) -> List.of(node.item(0))),
          entry("Reshape", one(Shapes::reshape)),
          entry("Shape", one(Shapes::shape)),
          entry("Size", one(Shapes::size)),
          entry("Slice", one(Shapes::slice)),
          entry("Split", many(Shapes::split)),
          entry("Squeeze", one(Shapes::squeeze)),
          entry("Tile", one(Shapes::tile)),
          entry("Transpose", one(Shapes::transpose)),
          entry("Unsqueeze", one(Shapes::unsqueeze)));

  private Shapes() {}

  /** Returns integers that older versions of an operator take as an attribute, or null. */
  static @Nullable List<Long> integers(Node node, Graph g, int input, String name) {
    return node.has(input)
        ? Tensors.knownLongs(g, name, node.value(input))
        : node.attributes().integers(name);
  }

  /** Returns integers that an operator cannot do without. */
  private static List<Long> required(Node node, Graph g, int input, String name) {
    List<Long> found = integers(node, g, input, name);
    if (found == null) {
      throw new NodeFailure("%s is missing", name);
    }
    return found;
  }

  private static Value shape(Node node, Graph g) {
    List<Long> dims = node.value(0).type().shape().dims();
    int rank = dims.size();
    int start = clamped(node.attributes().integer("start", 0), rank);
    int end = clamped(node.attributes().integer("end", rank), rank);
    return Tensors.vector(g, dims.subList(start, Math.max(start, end)));
  }

  private static int clamped(long axis, int rank) {
    return Math.clamp(axis < 0 ? axis + rank : axis, 0, rank);
  }

  private static Value size(Node node, Graph g) {
    TensorType scalar = TensorType.of(ElementType.I64);
    return Tensors.longs(g, scalar, List.of(node.value(0).type().elementCount()));
  }

  private static Value reshape(Node node, Graph g) {
    Value x = node.value(0);
    List<Long> wanted = required(node, g, 1, "shape");
    boolean zeroCopies = !node.attributes().flag("allowzero");
    var dims = new ArrayList<Long>();
    int open = -1;
    for (int i = 0; i < wanted.size(); i++) {
      long dim = wanted.get(i);
      if (dim == 0 && zeroCopies) {
        if (i >= x.type().rank()) {
          throw new NodeFailure("shape %s takes axis %d of %s", wanted, i, x.type());
        }
        dim = x.type().dim(i);
      }
      if (dim < -1 || (dim == -1 && open >= 0)) {
        throw new NodeFailure("shape is %s, expected sizes, and -1 once", wanted);
      }
      open = dim == -1 ? i : open;
      dims.add(dim == -1 ? Long.valueOf(1) : Long.valueOf(dim));
    }
    if (open >= 0) {
      long rest = new Shape(dims).elementCount();
      if (rest == 0 || x.type().elementCount() % rest != 0) {
        throw new NodeFailure("%s does not divide into shape %s", x.type(), wanted);
      }
      dims.set(open, x.type().elementCount() / rest);
    }
    return Tensors.reshape(g, x, new Shape(dims));
  }

  private static Value flatten(Node node, Graph g) {
    Value x = node.value(0);
    int rank = x.type().rank();
    long axis = node.attributes().integer("axis", 1);
    int at = axis == rank ? rank : Tensors.axis(axis, rank);
    Shape shape = x.type().shape();
    return Tensors.reshape(g, x, shape.elementCount(0, at), shape.elementCount(at, rank));
  }

  private static Value squeeze(Node node, Graph g) {
    Value x = node.value(0);
    List<Long> axes = integers(node, g, 1, "axes");
    if (axes != null) {
      return Tensors.squeeze(g, x, Tensors.axes(axes, x.type().rank()));
    }
    var dims = new ArrayList<>(x.type().shape().dims());
    dims.removeIf(dim -> dim == 1);
    return Tensors.reshape(g, x, new Shape(dims));
  }

  private static Value unsqueeze(Node node, Graph g) {
    Value x = node.value(0);
    List<Long> axes = required(node, g, 1, "axes");
    return Tensors.unsqueeze(g, x, Tensors.axes(axes, x.type().rank() + axes.size()));
  }

  private static Value concat(Node node, Graph g) {
    List<Value> values = node.values(0);
    if (values.isEmpty()) {
      throw new NodeFailure("it has no inputs");
    }
    long axis =
        node.opset() < 4 ? node.attributes().integer("axis", 1) : node.attributes().integer("axis");
    return Tensors.concat(g, values, Tensors.axis(axis, values.getFirst().type().rank()));
  }

  private static Value transpose(Node node, Graph g) {
    Value x = node.value(0);
    List<Long> given = node.attributes().integers("perm");
    List<Integer> permutation =
        given == null
            ? Tensors.range(0, x.type().rank()).reversed()
            : given.stream().map(axis -> Tensors.axis(axis, x.type().rank())).toList();
    return Tensors.transpose(g, x, permutation);
  }

  private static Value expand(Node node, Graph g) {
    Value x = node.value(0);
    Shape wanted = new Shape(Tensors.knownLongs(g, "shape", node.value(1)));
    Value like = new Value("shape", x.type().withShape(wanted));
    return Tensors.broadcast(g, x, Tensors.broadcastShape(List.of(x, like)));
  }

  private static Value tile(Node node, Graph g) {
    Value x = node.value(0);
    int rank = x.type().rank();
    List<Long> repeats;
    if (node.opset() < 6 && node.inputCount() == 3) {
      // Version 1: how often, and along which axis.
      int axis = Tensors.axis(Tensors.knownLong(g, "axis", node.value(2)), rank);
      repeats = new ArrayList<>(Collections.nCopies(rank, 1L));
      repeats.set(axis, Tensors.knownLong(g, "tiles", node.value(1)));
    } else {
      repeats = Tensors.knownLongs(g, "repeats", node.value(1));
    }
    if (repeats.size() != rank || repeats.stream().anyMatch(r -> r < 0)) {
      throw new NodeFailure("repeats are %s, expected one for each axis of %s", repeats, x.type());
    }
    return tile(g, x, repeats);
  }

  /** Each axis becomes two, of which the first is repeated: in turn, so that the rank stays low. */
  static Value tile(Graph g, Value x, List<Long> repeats) {
    Value result = x;
    for (int axis = 0; axis < repeats.size(); axis++) {
      if (repeats.get(axis) != 1) {
        Shape shape = result.type().shape();
        long before = shape.elementCount(0, axis);
        long after = shape.elementCount(axis, shape.rank());
        Value apart = Tensors.reshape(g, result, before, 1, after);
        Value repeated = Tensors.broadcast(g, apart, Shape.of(before, repeats.get(axis), after));
        Shape tiled = shape.with(axis, Math.multiplyExact(shape.dim(axis), repeats.get(axis)));
        result = Tensors.reshape(g, repeated, tiled);
      }
    }
    return result;
  }

  private static List<Value> split(Node node, Graph g) {
    Value x = node.value(0);
    int axis = Tensors.axis(node.attributes().integer("axis", 0), x.type().rank());
    long size = x.type().dim(axis);
    List<Long> sizes = integers(node, g, 1, "split");
    if (sizes == null) {
      long parts = node.attributes().integer("num_outputs", node.outputCount());
      if (parts < 1 || parts != node.outputCount()) {
        throw new NodeFailure("it has %d outputs, expected %d parts", node.outputCount(), parts);
      }
      sizes = evenly(size, parts);
    }
    if (sizes.stream().anyMatch(s -> s < 0)
        || sizes.stream().mapToLong(Long::longValue).sum() != size
        || sizes.size() < node.outputCount()) {
      throw new NodeFailure("sizes %s do not split axis %d of %s", sizes, axis, x.type());
    }
    var parts = new ArrayList<Value>();
    long from = 0;
    for (long part : sizes) {
      parts.add(Tensors.slice(g, x, axis, from, from + part));
      from += part;
    }
    return parts;
  }

  /** The last part may be smaller. */
  static List<Long> evenly(long size, long parts) {
    return evenly(size, parts, (size + parts - 1) / parts);
  }

  private static List<Long> evenly(long size, long parts, long part) {
    var sizes = new ArrayList<Long>();
    for (long i = 0; i < parts; i++) {
      sizes.add(Math.clamp(size - i * part, 0, part));
    }
    return sizes;
  }

  /** Returns as many parts of one size as there are; the last may be smaller. */
  static List<Long> parts(long size, long part) {
    return evenly(size, Math.ceilDiv(size, part), part);
  }

  private static Value slice(Node node, Graph g) {
    Value x = node.value(0);
    int rank = x.type().rank();
    List<Long> starts = required(node, g, 1, "starts");
    List<Long> ends = required(node, g, 2, "ends");
    List<Long> givenAxes = integers(node, g, 3, "axes");
    List<Long> givenSteps = integers(node, g, 4, "steps");
    int count = starts.size();
    if (ends.size() != count
        || (givenAxes != null && givenAxes.size() != count)
        || (givenSteps != null && givenSteps.size() != count)
        || count > rank) {
      throw new NodeFailure(
          "starts %s, ends %s and axes %s differ in length",
          starts, ends, String.valueOf(givenAxes));
    }
    var start = new ArrayList<Long>(Collections.nCopies(rank, 0L));
    var limit = new ArrayList<>(x.type().shape().dims());
    var stride = new ArrayList<Long>(Collections.nCopies(rank, 1L));
    var reversed = new ArrayList<Integer>();
    for (int i = 0; i < count; i++) {
      int axis = givenAxes == null ? i : Tensors.axis(givenAxes.get(i), rank);
      long size = x.type().dim(axis);
      long step = givenSteps == null ? 1 : givenSteps.get(i);
      if (step == 0) {
        throw new NodeFailure("step %d is 0, expected another", i);
      }
      long from = fromEnd(starts.get(i), size);
      long to = fromEnd(ends.get(i), size);
      if (step > 0) {
        start.set(axis, Math.clamp(from, 0, size));
        limit.set(axis, Math.max(start.get(axis), Math.clamp(to, 0, size)));
        stride.set(axis, step);
      } else {
        // Backwards: the axis is reversed, and what was place p from the front is so from the end.
        reversed.add(axis);
        long first = size - 1 - Math.clamp(from, -1, Math.max(size - 1, -1));
        long last = size - 1 - Math.clamp(to, -1, Math.max(size - 1, -1));
        start.set(axis, Math.min(first, size));
        limit.set(axis, Math.max(start.get(axis), last));
        stride.set(axis, step == Long.MIN_VALUE ? Long.MAX_VALUE : -step);
      }
    }
    Value turned =
        reversed.isEmpty() ? x : g.add(new Reverse(x, reversed.stream().sorted().toList()));
    boolean whole =
        limit.equals(x.type().shape().dims())
            && start.stream().allMatch(s -> s == 0)
            && stride.stream().allMatch(s -> s == 1);
    return whole ? turned : g.add(new Slice(turned, start, limit, stride));
  }

  private static long fromEnd(long index, long size) {
    return index < 0 ? index + size : index;
  }
}
