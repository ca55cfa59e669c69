package dev.miser.onnx.lower;

import static dev.miser.onnx.graph.Lowering.one;
import static java.util.Map.entry;

import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Iota;
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
import java.util.List;
import java.util.Map;

/** Operators that make grids of places in an image, and look at an image there. */
final class Grids {
  static final Map<String, Lowering> OPERATORS =
      Map.ofEntries(
          entry("AffineGrid", one(Grids::affineGrid)), entry("GridSample", one(Grids::sample)));

  private Grids() {}

  private static Value sample(Node node, Graph g) {
    Value x = node.value(0);
    Value grid = node.value(1);
    int axes = x.type().rank() - 2;
    if (axes < 1
        || grid.type().rank() != axes + 2
        || grid.type().dim(axes + 1) != axes
        || grid.type().dim(0) != x.type().dim(0)
        || !grid.type().element().isFloat()) {
      throw new NodeFailure(
          "the grid is %s, expected [batch, ..., axes] of floats for %s", grid.type(), x.type());
    }
    var sampling =
        new GridSampling(
            g,
            Interpolation.Mode.of(node.attributes().text("mode", "linear")),
            GridSampling.Padding.of(node.attributes().text("padding_mode", "zeros")),
            node.attributes().flag("align_corners"));
    return sampling.sample(x, grid);
  }

  /**
   * A place is a sum over the axes of its coordinate times a column of the matrix, and of the last
   * column: so nothing is as large as the grid but the grid itself.
   */
  private static Value affineGrid(Node node, Graph g) {
    Value theta = node.value(0);
    List<Long> size = Tensors.knownLongs(g, "size", node.value(1));
    int axes = size.size() - 2;
    if (axes < 1 || size.stream().anyMatch(s -> s < 0)) {
      throw new NodeFailure("size is %s, expected [batch, channels, ...]", size);
    }
    long batch = size.getFirst();
    if (!theta.type().shape().equals(Shape.of(batch, axes, axes + 1))) {
      throw new NodeFailure(
          "theta is %s, expected [%d,%d,%d]", theta.type(), batch, axes, axes + 1);
    }
    ElementType element = theta.type().element();
    ElementType wide = element == ElementType.F64 ? element : ElementType.F32;
    boolean alignsCorners = node.attributes().flag("align_corners");
    Value matrix = Tensors.convert(g, theta, wide);
    var dims = new ArrayList<Long>(List.of(batch));
    dims.addAll(size.subList(2, size.size()));
    dims.add((long) axes);
    Shape shape = new Shape(dims);
    Value sum = column(g, matrix, axes, shape);
    for (int axis = 0; axis < axes; axis++) {
      // Coordinates stand in the matrix from the innermost axis out.
      Value column = column(g, matrix, axes - 1 - axis, shape);
      Value places = coordinates(g, wide, shape.dim(1 + axis), alignsCorners);
      Value along = Tensors.along(g, places, shape, 1 + axis);
      sum = Tensors.add(g, sum, Tensors.multiply(g, column, along));
    }
    return Tensors.convert(g, sum, element);
  }

  private static Value column(Graph g, Value matrix, int at, Shape shape) {
    Value column = Tensors.slice(g, matrix, 2, at, at + 1);
    Value vectors = Tensors.reshape(g, column, shape.dim(0), shape.dim(shape.rank() - 1));
    return g.add(new Broadcast(vectors, shape, List.of(0, shape.rank() - 1)));
  }

  /** Returns places from -1 to 1: these are the first and last, or half a place beyond them. */
  private static Value coordinates(Graph g, ElementType element, long size, boolean alignsCorners) {
    TensorType type = TensorType.of(element, size);
    Value numbers = g.add(new Iota(type, 0));
    long steps = alignsCorners ? Math.max(size - 1, 1) : size;
    double step = 2.0 / steps;
    double first = alignsCorners ? -1 : step / 2 - 1;
    return Tensors.add(g, Tensors.multiply(g, numbers, step), first);
  }
}
