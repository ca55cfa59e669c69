package dev.miser.onnx.lower;

import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Gather;
import dev.miser.ir.op.Iota;
import dev.miser.ir.op.Reduce;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.graph.Attributes;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.Node;
import dev.miser.onnx.graph.NodeFailure;
import dev.miser.onnx.graph.Tensors;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pools of regions that are cut into cells; each cell is sampled at a grid of places, between whose
 * four neighbours is interpolated.
 */
final class RoiAlign {
  /** How the samples of a cell combine. */
  private enum Mode {
    AVERAGE,
    MAXIMUM
  }

  /**
   * The samples along one axis: each is between two elements of the image, so there are twice as
   * many indices and weights [count, cells, 2 * samples]; {@code samples} counts them for each
   * region [count, 1, 1], and {@code drawn} says which a region has if they differ.
   */
  private record Axis(Value index, Value weight, Value samples, @Nullable Value drawn) {
    Value spread(Graph g, Value x, boolean rows) {
      long regions = x.type().dim(0);
      long cells = x.type().dim(1);
      long parts = x.type().dim(2);
      return rows
          ? Tensors.reshape(g, x, regions, cells, 1, parts, 1)
          : Tensors.reshape(g, x, regions, 1, cells, 1, parts);
    }
  }

  private final Graph g;
  private final Value x;
  private final Value regions;
  private final Attributes attributes;
  private final boolean half;
  private final long ratio;

  private RoiAlign(Node node, Graph g) {
    this.g = g;
    this.x = node.value(0);
    this.attributes = node.attributes();
    Value given = node.value(1);
    if (x.type().rank() != 4 || given.type().rank() != 2 || given.type().dim(1) != 4) {
      throw new NodeFailure(
          "its inputs are %s and %s, expected [n, c, height, width] and [count, 4]",
          x.type(), given.type());
    }
    ElementType wide = x.type().element() == ElementType.F64 ? ElementType.F64 : ElementType.F32;
    Value scaled = Tensors.convert(g, given, wide);
    this.regions = Tensors.multiply(g, scaled, attributes.number("spatial_scale", 1));
    this.half = isHalf(node);
    this.ratio = attributes.integer("sampling_ratio", 0);
    if (ratio < 0) {
      throw new NodeFailure("sampling_ratio is %d, expected at least 0", ratio);
    }
  }

  /** Whether the middle of the first element is 0, not 0.5: so since version 16. */
  private static boolean isHalf(Node node) {
    String usual = node.opset() < 16 ? "output_half_pixel" : "half_pixel";
    String mode = node.attributes().text("coordinate_transformation_mode", usual);
    return switch (mode) {
      case "half_pixel" -> true;
      case "output_half_pixel" -> false;
      default ->
          throw new NodeFailure(
              "coordinate_transformation_mode is '%s', expected half_pixel or output_half_pixel",
              mode);
    };
  }

  static Value lower(Node node, Graph g) {
    Mode mode =
        switch (node.attributes().text("mode", "avg")) {
          case "avg" -> Mode.AVERAGE;
          case "max" -> Mode.MAXIMUM;
          default ->
              throw new NodeFailure(
                  "mode is '%s', expected avg or max", node.attributes().text("mode"));
        };
    return new RoiAlign(node, g).pool(node.value(2), mode);
  }

  private Value pool(Value batch, Mode mode) {
    long count = regions.type().dim(0);
    if (batch.type().elementCount() != count) {
      throw new NodeFailure("batch_indices are %s, expected %d", batch.type(), count);
    }
    long channels = x.type().dim(1);
    long height = x.type().dim(2);
    long width = x.type().dim(3);
    Axis rows = axis(1, height, attributes.integer("output_height", 1));
    Axis columns = axis(0, width, attributes.integer("output_width", 1));
    Value slices =
        Tensors.reshape(
            g,
            Tensors.transpose(g, x, List.of(0, 2, 3, 1)),
            x.type().dim(0) * height * width,
            channels);
    Value image = Tensors.reshape(g, Tensors.convert(g, batch, ElementType.I64), count, 1, 1, 1, 1);
    Value line = Tensors.multiply(g, rows.spread(g, rows.index, true), width);
    Value first = Tensors.multiply(g, image, height * width);
    Value index =
        Tensors.add(g, Tensors.add(g, first, line), columns.spread(g, columns.index, false));
    Value weight =
        Tensors.multiply(
            g, rows.spread(g, rows.weight, true), columns.spread(g, columns.weight, false));
    Value met = g.add(new Gather(slices, index, 0, false));
    Value parts =
        Tensors.multiply(
            g,
            Tensors.convert(g, met, weight.type().element()),
            Tensors.unsqueeze(g, weight, List.of(5)));
    Value joined =
        switch (mode) {
          case AVERAGE -> average(parts, rows, columns);
          case MAXIMUM -> maximum(parts, rows, columns);
        };
    Value ordered = Tensors.transpose(g, joined, List.of(0, 3, 1, 2));
    return Tensors.convert(g, ordered, x.type().element());
  }

  private Value average(Value parts, Axis rows, Axis columns) {
    Value sum = Tensors.reduce(g, Reduce.Kind.REDUCE_SUM, parts, List.of(3, 4), false);
    Value samples = Tensors.multiply(g, rows.samples, columns.samples);
    Value divisor = Tensors.binary(g, Binary.Kind.MAXIMUM, samples, 1);
    return Tensors.divide(
        g, sum, Tensors.reshape(g, divisor, divisor.type().elementCount(), 1, 1, 1));
  }

  /** The largest of the weighted neighbours, as it was first defined, not of the samples. */
  private Value maximum(Value parts, Axis rows, Axis columns) {
    if (rows.drawn == null || columns.drawn == null) {
      return Tensors.reduce(g, Reduce.Kind.REDUCE_MAX, parts, List.of(3, 4), false);
    }
    Value drawn =
        Tensors.binary(
            g,
            Binary.Kind.AND,
            rows.spread(g, rows.drawn, true),
            columns.spread(g, columns.drawn, false));
    ElementType element = parts.type().element();
    Value least = Tensors.scalar(g, element, Double.NEGATIVE_INFINITY);
    Value kept = Tensors.select(g, Tensors.unsqueeze(g, drawn, List.of(5)), parts, least);
    Value largest = Tensors.reduce(g, Reduce.Kind.REDUCE_MAX, kept, List.of(3, 4), false);
    Value none = Tensors.compare(g, Compare.Kind.EQUAL, largest, Double.NEGATIVE_INFINITY);
    return Tensors.select(g, none, Tensors.scalar(g, element, 0), largest);
  }

  /**
   * @param first which number of a region is where it begins along this axis
   */
  private Axis axis(int first, long size, long cells) {
    if (cells < 1) {
      throw new NodeFailure("the result has %d cells along an axis, expected at least 1", cells);
    }
    Value from = column(first);
    Value to = column(first + 2);
    if (half) {
      from = Tensors.add(g, from, -0.5);
      to = Tensors.add(g, to, -0.5);
    }
    Value length = Tensors.subtract(g, to, from);
    if (!half) {
      length = Tensors.binary(g, Binary.Kind.MAXIMUM, length, 1);
    }
    Value cell = Tensors.binary(g, Binary.Kind.DIVIDE, length, cells);
    ElementType wide = regions.type().element();
    long most = ratio;
    Value samples = Tensors.scalar(g, wide, ratio);
    if (ratio == 0) {
      samples = Tensors.unary(g, Unary.Kind.CEIL, cell);
      most = 1;
      for (double known : Tensors.knownDoubles(g, "rois", samples)) {
        most = Math.max(most, (long) known);
      }
    }
    // Sample s of cell c is at from + c * cell + (s + 0.5) * cell / samples.
    Value number = g.add(new Iota(TensorType.of(wide, 1, cells, 1), 1));
    Value sample = g.add(new Iota(TensorType.of(wide, 1, 1, most), 2));
    Value inside = Tensors.multiply(g, Tensors.add(g, sample, 0.5), cell);
    Value place =
        Tensors.add(
            g,
            Tensors.add(g, from, Tensors.multiply(g, number, cell)),
            Tensors.divide(g, inside, samples));
    Value low = Tensors.compare(g, Compare.Kind.GREATER_EQUAL, place, -1);
    Value high = Tensors.compare(g, Compare.Kind.LESS_EQUAL, place, size);
    Value counts = Tensors.binary(g, Binary.Kind.AND, low, high);
    Value drawn = null;
    if (ratio == 0) {
      Value once = Tensors.compare(g, Compare.Kind.LESS, sample, samples);
      counts = Tensors.binary(g, Binary.Kind.AND, counts, once);
      drawn = Tensors.concat(g, List.of(once, once), 2);
    }
    Neighbours between = Neighbours.edgeAround(g, place, size).where(g, counts);
    Value all = Tensors.concat(g, List.of(between.below(), between.above()), 2);
    Value weights = Tensors.concat(g, List.of(between.weightBelow(), between.weightAbove()), 2);
    return new Axis(all, weights, samples, drawn);
  }

  private Value column(int i) {
    Value column = Tensors.slice(g, regions, 1, i, i + 1);
    return Tensors.reshape(g, column, regions.type().dim(0), 1, 1);
  }
}
