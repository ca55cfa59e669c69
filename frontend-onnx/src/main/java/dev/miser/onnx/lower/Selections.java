package dev.miser.onnx.lower;

import static dev.miser.onnx.graph.Lowering.many;
import static dev.miser.onnx.graph.Lowering.one;
import static java.util.Map.entry;

import dev.miser.ir.op.Literal;
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
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Operators whose results have as many elements as their operands say: these must be known at
 * import.
 */
final class Selections {
  static final Map<String, Lowering> OPERATORS =
      Map.ofEntries(
          entry("Compress", one(Selections::compress)),
          entry("NonMaxSuppression", one(Selections::nonMaxSuppression)),
          entry("NonZero", one(Selections::nonZero)),
          entry("Unique", many(Selections::unique)));

  /** As many elements as are computed at import; a tensor may have more parts than elements. */
  private static final long MOST_PARTS = 1 << 22;

  private Selections() {}

  /** Only the condition must be known; past its end nothing is taken. */
  private static Value compress(Node node, Graph g) {
    Value x = node.value(0);
    int axis = 0;
    if (node.attributes().has("axis")) {
      axis = Tensors.axis(node.attributes().integer("axis"), x.type().rank());
    } else {
      x = Tensors.reshape(g, x, x.type().elementCount());
    }
    List<Long> condition = Tensors.knownLongs(g, "condition", node.value(1));
    if (condition.size() > x.type().dim(axis)) {
      throw new NodeFailure(
          "condition has %d elements, axis %d of %s fewer", condition.size(), axis, x.type());
    }
    var taken = new ArrayList<Long>();
    for (int i = 0; i < condition.size(); i++) {
      if (condition.get(i) != 0) {
        taken.add((long) i);
      }
    }
    return taken.isEmpty()
        ? Tensors.slice(g, x, axis, 0, 0)
        : Gathers.take(g, x, Tensors.vector(g, taken), axis);
  }

  /** Coordinates of elements other than zero, one a column. */
  private static Value nonZero(Node node, Graph g) {
    Value x = node.value(0);
    int rank = x.type().rank();
    Literal literal = g.require("the input", x);
    boolean isFloat = x.type().element().isFloat();
    var found = new ArrayList<Long>();
    for (long i = 0; i < x.type().elementCount(); i++) {
      if (isFloat ? literal.doubleAt(i) != 0 : literal.longAt(i) != 0) {
        found.add(i);
      }
    }
    List<Long> strides = x.type().shape().strides();
    var coordinates = new ArrayList<Long>();
    for (int axis = 0; axis < rank; axis++) {
      for (long at : found) {
        coordinates.add(at / strides.get(axis) % x.type().dim(axis));
      }
    }
    TensorType type = TensorType.of(ElementType.I64, rank, found.size());
    return Tensors.longs(g, type, coordinates);
  }

  /** The parts of x along an axis, each once; they compare element by element. */
  private static List<Value> unique(Node node, Graph g) {
    Value x = node.value(0);
    boolean isFlat = !node.attributes().has("axis");
    int axis = 0;
    if (isFlat) {
      x = Tensors.reshape(g, x, x.type().elementCount());
    } else {
      axis = Tensors.axis(node.attributes().integer("axis"), x.type().rank());
    }
    Literal literal = g.require("the input", x);
    if (x.type().dim(axis) > MOST_PARTS) {
      throw new NodeFailure("%s has more parts than are compared at import", x.type());
    }
    int count = (int) x.type().dim(axis);
    var parts = new Parts(literal, x.type().shape(), axis);
    // The first place of each distinct part, in the order of the parts, and how often it occurs.
    var occurrences = new TreeMap<Integer, Long>(parts);
    for (int i = 0; i < count; i++) {
      occurrences.merge(i, 1L, Long::sum);
    }
    var firsts = new ArrayList<>(occurrences.keySet());
    if (node.attributes().integer("sorted", 1) == 0) {
      firsts.sort(Comparator.naturalOrder());
    }
    var numbers = new TreeMap<Integer, Long>(parts);
    var indices = new ArrayList<Long>();
    var counts = new ArrayList<Long>();
    for (int first : firsts) {
      numbers.put(first, (long) indices.size());
      indices.add((long) first);
      counts.add(occurrences.getOrDefault(first, 0L));
    }
    var inverse = new ArrayList<Long>();
    for (int i = 0; i < count; i++) {
      inverse.add(numbers.getOrDefault(i, 0L));
    }
    Value places = Tensors.vector(g, indices);
    Value y = count == 0 ? x : Gathers.take(g, x, places, axis);
    return List.of(y, places, Tensors.vector(g, inverse), Tensors.vector(g, counts));
  }

  /** The order of the parts of a tensor along an axis, each named by its place. */
  private record Parts(Literal elements, Shape shape, int axis) implements Comparator<Integer> {
    @Override
    public int compare(Integer a, Integer b) {
      long inner = shape.elementCount(axis + 1, shape.rank());
      long outer = inner == 0 ? 0 : shape.elementCount(0, axis);
      for (long o = 0; o < outer; o++) {
        for (long i = 0; i < inner; i++) {
          int order = compare(element(o, a, i, inner), element(o, b, i, inner));
          if (order != 0) {
            return order;
          }
        }
      }
      return 0;
    }

    private long element(long outer, int at, long inner, long size) {
      return (outer * shape.dim(axis) + at) * size + inner;
    }

    private int compare(long a, long b) {
      ElementType element = elements.type().element();
      if (element.isFloat()) {
        // Adding 0 makes 0 of -0.
        return Double.compare(elements.doubleAt(a) + 0.0, elements.doubleAt(b) + 0.0);
      }
      return element.isUnsigned()
          ? Long.compareUnsigned(elements.longAt(a), elements.longAt(b))
          : Long.compare(elements.longAt(a), elements.longAt(b));
    }
  }

  private static Value nonMaxSuppression(Node node, Graph g) {
    Value boxes = node.value(0);
    Value scores = node.value(1);
    long batches = boxes.type().rank() == 3 ? boxes.type().dim(0) : -1;
    if (batches < 0
        || boxes.type().dim(2) != 4
        || scores.type().rank() != 3
        || scores.type().dim(0) != batches
        || scores.type().dim(2) != boxes.type().dim(1)) {
      throw new NodeFailure(
          "boxes are %s and scores %s, expected [batches, boxes, 4] and [batches, classes, boxes]",
          boxes.type(), scores.type());
    }
    long most = node.has(2) ? Tensors.knownLong(g, "the number of boxes", node.value(2)) : 0;
    double overlap = node.has(3) ? Tensors.knownDouble(g, "iou_threshold", node.value(3)) : 0;
    double least =
        node.has(4)
            ? Tensors.knownDouble(g, "score_threshold", node.value(4))
            : Double.NEGATIVE_INFINITY;
    var suppression =
        new BoxSuppression(
            g.require("boxes", boxes),
            g.require("scores", scores),
            node.attributes().flag("center_point_box"),
            most,
            overlap,
            least);
    List<Long> selected = suppression.selected();
    return Tensors.longs(g, TensorType.of(ElementType.I64, selected.size() / 3, 3), selected);
  }
}
