package dev.miser.onnx.lower;

import static dev.miser.onnx.graph.Lowering.one;
import static java.util.Map.entry;

import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Gather;
import dev.miser.ir.op.Iota;
import dev.miser.ir.op.Reduce;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Pools of regions of images whose corners are numbers, not known before the program runs. */
final class Regions {
  static final Map<String, Lowering> OPERATORS =
      Map.ofEntries(
          entry("MaxRoiPool", one(Regions::maximum)), entry("RoiAlign", one(RoiAlign::lower)));

  /** Each place of the result costs a few instructions. */
  private static final long MOST_PLACES = 1024;

  private Regions() {}

  /**
   * Each region, of whole elements, is cut into cells that may overlap by one; the largest element
   * of each is taken, or 0 where a cell lies outside of the image. First rows join, then columns.
   */
  private static Value maximum(Node node, Graph g) {
    Value x = node.value(0);
    Value regions = node.value(1);
    List<Long> size = Window.list(node.attributes(), "pooled_shape", 2, 1, 0);
    if (size.contains(0L) || size.getFirst() > MOST_PLACES || size.getLast() > MOST_PLACES) {
      throw new NodeFailure(
          "pooled_shape is %s, expected two sizes from 1 to %d", size, MOST_PLACES);
    }
    if (x.type().rank() != 4 || regions.type().rank() != 2 || regions.type().dim(1) != 5) {
      throw new NodeFailure(
          "its inputs are %s and %s, expected [n, c, height, width] and [count, 5]",
          x.type(), regions.type());
    }
    double scale = node.attributes().number("spatial_scale", 1);
    Value batch = Tensors.convert(g, column(g, regions, 0), ElementType.I64);
    Value images = g.add(new Gather(x, Tensors.reshape(g, batch, regions.type().dim(0)), 0, false));
    Value rows = cells(g, images, 2, regions, 2, size.getFirst(), scale);
    Value cells = cells(g, rows, 3, regions, 1, size.getLast(), scale);
    Value none = Tensors.compare(g, Compare.Kind.EQUAL, cells, Double.NEGATIVE_INFINITY);
    return Tensors.select(g, none, Pooling.zero(g, x), cells);
  }

  /** Returns one number of each region, [count, 1, 1, 1]. */
  private static Value column(Graph g, Value regions, int i) {
    Value column = Tensors.slice(g, regions, 1, i, i + 1);
    return Tensors.reshape(g, column, regions.type().dim(0), 1, 1, 1);
  }

  /** Returns the largest elements along an axis of what each of {@code count} cells holds. */
  private static Value cells(
      Graph g, Value x, int axis, Value regions, int first, long count, double scale) {
    Value start = whole(g, column(g, regions, first), scale);
    Value end = whole(g, column(g, regions, first + 2), scale);
    Value length = Tensors.add(g, Tensors.subtract(g, end, start), 1);
    Value cell =
        Tensors.binary(
            g, Binary.Kind.DIVIDE, Tensors.binary(g, Binary.Kind.MAXIMUM, length, 1), count);
    var dims = new ArrayList<>(List.of(1L, 1L, 1L, 1L));
    dims.set(axis, x.type().dim(axis));
    TensorType line = new TensorType(start.type().element(), new Shape(dims));
    Value place = g.add(new Iota(line, axis));
    Value outside = Tensors.scalar(g, x.type().element(), Double.NEGATIVE_INFINITY);
    var largest = new ArrayList<Value>();
    for (long i = 0; i < count; i++) {
      Value from = Tensors.unary(g, Unary.Kind.FLOOR, Tensors.multiply(g, cell, i));
      Value to = Tensors.unary(g, Unary.Kind.CEIL, Tensors.multiply(g, cell, i + 1));
      Value after =
          Tensors.compare(g, Compare.Kind.GREATER_EQUAL, place, Tensors.add(g, from, start));
      Value before = Tensors.compare(g, Compare.Kind.LESS, place, Tensors.add(g, to, start));
      Value inside = Tensors.binary(g, Binary.Kind.AND, after, before);
      Value kept = Tensors.select(g, inside, x, outside);
      largest.add(Tensors.reduce(g, Reduce.Kind.REDUCE_MAX, kept, List.of(axis), true));
    }
    return Tensors.concat(g, largest, axis);
  }

  /** Rounds to the nearest whole number, halves away from zero. */
  private static Value whole(Graph g, Value x, double scale) {
    ElementType wide = x.type().element() == ElementType.F64 ? ElementType.F64 : ElementType.F32;
    Value scaled = Tensors.multiply(g, Tensors.convert(g, x, wide), scale);
    Value size = Tensors.add(g, Tensors.unary(g, Unary.Kind.ABS, scaled), 0.5);
    Value sign = Tensors.unary(g, Unary.Kind.SIGN, scaled);
    return Tensors.multiply(g, Tensors.unary(g, Unary.Kind.FLOOR, size), sign);
  }
}
