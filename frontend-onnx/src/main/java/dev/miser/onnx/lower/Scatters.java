package dev.miser.onnx.lower;

import static dev.miser.onnx.graph.Lowering.one;
import static java.util.Map.entry;

import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Combine;
import dev.miser.ir.op.Iota;
import dev.miser.ir.op.ScatterAlong;
import dev.miser.ir.op.ScatterNd;
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

/** Operators that put updates into a copy of a tensor, at places that indices name. */
final class Scatters {
  static final Map<String, Lowering> OPERATORS =
      Map.ofEntries(
          entry("Scatter", one(Scatters::scatterElements)),
          entry("ScatterElements", one(Scatters::scatterElements)),
          entry("ScatterND", one(Scatters::scatterNd)),
          entry("TensorScatter", one(Scatters::tensorScatter)));

  private Scatters() {}

  /** A scatter over operands of a type that its combination is defined on. */
  @FunctionalInterface
  private interface Scattering {
    Value of(Value x, Value updates, Combine combine);
  }

  private static Value scatterElements(Node node, Graph g) {
    Value x = node.value(0);
    int axis = Tensors.axis(node.attributes().integer("axis", 0), x.type().rank());
    return scatter(
        node,
        g,
        (into, updates, combine) ->
            g.add(new ScatterAlong(into, node.value(1), updates, axis, combine, true)));
  }

  private static Value scatterNd(Node node, Graph g) {
    return scatter(
        node,
        g,
        (into, updates, combine) ->
            g.add(new ScatterNd(into, node.value(1), updates, combine, true)));
  }

  /** Sums and products of truth values are their or and and: the larger and the smaller of two. */
  private static Value scatter(Node node, Graph g, Scattering scattering) {
    Value x = node.value(0);
    Combine combine = combine(node.attributes().text("reduction", "none"));
    if (combine == Combine.SET || !x.type().element().isBoolean()) {
      return scattering.of(x, node.value(2), combine);
    }
    boolean isOr = combine == Combine.ADD || combine == Combine.MAXIMUM;
    Value into = Tensors.convert(g, x, ElementType.U8);
    Value updates = Tensors.convert(g, node.value(2), ElementType.U8);
    Value joined = scattering.of(into, updates, isOr ? Combine.MAXIMUM : Combine.MINIMUM);
    return Tensors.convert(g, joined, ElementType.BOOL);
  }

  private static Combine combine(String reduction) {
    return switch (reduction) {
      case "none" -> Combine.SET;
      case "add" -> Combine.ADD;
      case "mul" -> Combine.MULTIPLY;
      case "min" -> Combine.MINIMUM;
      case "max" -> Combine.MAXIMUM;
      default ->
          throw new NodeFailure(
              "reduction is '%s', expected none, add, mul, min or max", reduction);
    };
  }

  /**
   * Sequences lie along an axis behind the batch. All axes before it become one and all behind it
   * another, so that each update is a whole row at a pair of coordinates.
   */
  private static Value tensorScatter(Node node, Graph g) {
    Value cache = node.value(0);
    Value update = node.value(1);
    Shape shape = cache.type().shape();
    int rank = shape.rank();
    int axis = Tensors.axis(node.attributes().integer("axis", -2), rank);
    if (axis == 0) {
      throw new NodeFailure("axis is 0, the batch, expected another");
    }
    String mode = node.attributes().text("mode", "linear");
    if (!mode.equals("linear") && !mode.equals("circular")) {
      throw new NodeFailure("mode is '%s', expected linear or circular", mode);
    }
    if (update.type().rank() != rank
        || !update.type().shape().with(axis, shape.dim(axis)).equals(shape)
        || update.type().dim(axis) > shape.dim(axis)) {
      throw new NodeFailure(
          "updates %s do not fit %s along axis %d", update.type(), cache.type(), axis);
    }
    long batch = shape.dim(0);
    long middle = shape.elementCount(1, axis);
    long length = update.type().dim(axis);
    long inner = shape.elementCount(axis + 1, rank);
    TensorType places = TensorType.of(ElementType.I64, batch, middle, length);
    Value place = g.add(new Iota(places, 2));
    Value starts = node.optional(2);
    if (starts != null) {
      if (!starts.type().shape().equals(Shape.of(batch))) {
        throw new NodeFailure("write indices are %s, expected %d", starts.type(), batch);
      }
      Value wide = Tensors.convert(g, starts, ElementType.I64);
      place = Tensors.add(g, place, Tensors.along(g, wide, places.shape(), 0));
      if (mode.equals("circular") && shape.dim(axis) > 0) {
        place = Tensors.binary(g, Binary.Kind.FLOOR_REMAINDER, place, shape.dim(axis));
      }
    }
    place = Tensors.reshape(g, place, batch * middle, length, 1);
    Value row = g.add(new Iota(place.type(), 0));
    Value into = Tensors.reshape(g, cache, batch * middle, shape.dim(axis), inner);
    Value rows = Tensors.reshape(g, update, batch * middle, length, inner);
    Value at = Tensors.concat(g, List.of(row, place), 2);
    return Tensors.reshape(g, g.add(new ScatterNd(into, at, rows, Combine.SET, false)), shape);
  }
}
