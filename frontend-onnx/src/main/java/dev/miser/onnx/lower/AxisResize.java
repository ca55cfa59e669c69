package dev.miser.onnx.lower;

import dev.miser.frontend.weights.Tensor;
import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Dot;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.NodeFailure;
import dev.miser.onnx.graph.Tensors;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Resizes a tensor axis by axis, those first that become smaller, so that later ones have less to
 * do, and of equal ones the innermost. Axes that stay as they are cost nothing.
 */
record AxisResize(Graph g, Coordinates coordinates, Interpolation interpolation, Nearest nearest) {
  /** Which element a place between two belongs to. */
  enum Nearest {
    ROUND_PREFER_FLOOR,
    ROUND_PREFER_CEIL,
    FLOOR,
    CEIL,
    /** The way of the first version: up where an axis becomes smaller, else down. */
    TOWARD_SIZE;

    static Nearest of(String name) {
      return switch (name) {
        case "round_prefer_floor" -> ROUND_PREFER_FLOOR;
        case "round_prefer_ceil" -> ROUND_PREFER_CEIL;
        case "floor" -> FLOOR;
        case "ceil" -> CEIL;
        default -> throw new NodeFailure("nearest_mode is '%s'", name);
      };
    }

    double round(double place, double scale) {
      return switch (this) {
        case ROUND_PREFER_FLOOR -> Math.ceil(place - 0.5);
        case ROUND_PREFER_CEIL -> Math.floor(place + 0.5);
        case FLOOR -> Math.floor(place);
        case CEIL -> Math.ceil(place);
        case TOWARD_SIZE -> scale < 1 ? Math.ceil(place) : Math.floor(place);
      };
    }
  }

  /**
   * A product with the matrix of all weights takes about as long as gathering one innermost element
   * in so many: each is a load of its own, and a product runs through vectors.
   */
  private static final int GATHER_INNERMOST = 128;

  /** The same where gathers copy rows. A product holds no copy of what is gathered besides. */
  private static final int GATHER_ROWS = 40;

  /** Above this, in one element's parts, gathers are too many instructions. */
  private static final int MOST_GATHERS = 64;

  private static final long MOST_TEXT = 1024;

  private static final long MOST_MATRIX = 1 << 22;

  Value resize(Value x, List<Coordinates.Axis> axes) {
    var order = new ArrayList<Integer>();
    for (int i = axes.size() - 1; i >= 0; i--) {
      if (!isSame(axes.get(i))) {
        order.add(i);
      }
    }
    order.sort(Comparator.comparingDouble(i -> (double) axes.get(i).to() / axes.get(i).from()));
    ElementType element = x.type().element();
    if (interpolation.mode() == Interpolation.Mode.NEAREST) {
      Value result = x;
      for (int axis : order) {
        result = nearest(result, axis, axes.get(axis));
      }
      return result;
    }
    // Integers and halves are interpolated as floats, and rounded once at the end.
    ElementType wide = element == ElementType.F64 ? element : ElementType.F32;
    Value result = order.isEmpty() ? x : Tensors.convert(g, x, wide);
    for (int axis : order) {
      result = interpolated(result, axis, interpolation.taps(coordinates, axes.get(axis)));
    }
    return Tensors.convert(g, result, element);
  }

  private boolean isSame(Coordinates.Axis axis) {
    boolean isWhole =
        switch (coordinates) {
          case HALF_PIXEL, HALF_PIXEL_SYMMETRIC, PYTORCH_HALF_PIXEL, ALIGN_CORNERS, ASYMMETRIC ->
              true;
          case TF_HALF_PIXEL_FOR_NN -> false;
          case TF_CROP_AND_RESIZE -> axis.start() == 0 && axis.end() == 1;
        };
    return axis.from() == axis.to() && axis.scale() == 1 && isWhole;
  }

  private Value nearest(Value x, int index, Coordinates.Axis axis) {
    var places = new ArrayList<Long>();
    long factor = axis.from() == 0 ? 0 : axis.to() / axis.from();
    boolean repeats = factor * axis.from() == axis.to() && factor > 1;
    for (long i = 0; i < axis.to(); i++) {
      // Scales are floats: what a float cannot tell from a whole number is one.
      double at = (float) coordinates.original(axis, i);
      long place =
          (long) Math.clamp(nearest.round(at, axis.scale()), 0, (double) (axis.from() - 1));
      places.add(place);
      repeats &= place == i / Math.max(factor, 1);
    }
    return repeats
        ? repeated(x, index, factor)
        : Gathers.take(g, x, Tensors.vector(g, places), index);
  }

  /** Each element so many times: no index is read for it. */
  private Value repeated(Value x, int axis, long factor) {
    Shape shape = x.type().shape();
    long before = shape.elementCount(0, axis + 1);
    long after = shape.elementCount(axis + 1, shape.rank());
    Value apart = Tensors.reshape(g, x, before, 1, after);
    Value wide = Tensors.broadcast(g, apart, Shape.of(before, factor, after));
    return Tensors.reshape(g, wide, shape.with(axis, shape.dim(axis) * factor));
  }

  private Value interpolated(Value x, int axis, Taps taps) {
    Shape shape = x.type().shape();
    long size = shape.dim(axis);
    long to = taps.size();
    boolean isInnermost = shape.elementCount(axis + 1, shape.rank()) == 1;
    long gather = isInnermost ? GATHER_INNERMOST : GATHER_ROWS;
    boolean isProduct = size <= gather * taps.count() || taps.count() > MOST_GATHERS;
    if (isProduct && size * to <= MOST_MATRIX) {
      return product(x, axis, taps);
    }
    if (taps.count() > MOST_GATHERS) {
      throw new NodeFailure("axis %d of %s cannot become %d", axis, x.type(), to);
    }
    Value sum = null;
    for (int t = 0; t < taps.count(); t++) {
      if (taps.isIdle(t)) {
        continue;
      }
      Value taken = Gathers.take(g, x, Tensors.vector(g, taps.places(t)), axis);
      TensorType type = TensorType.of(x.type().element(), to);
      Value weight = Tensors.doubles(g, type, taps.weights(t));
      Value part = Tensors.multiply(g, taken, Tensors.along(g, weight, taken.type().shape(), axis));
      sum = sum == null ? part : Tensors.add(g, sum, part);
    }
    return sum == null ? Tensors.fill(g, x.type().withShape(shape.with(axis, to)), 0) : sum;
  }

  /** A product with the matrix of all weights, those of one element in a column or row. */
  private Value product(Value x, int axis, Taps taps) {
    Shape shape = x.type().shape();
    int from = (int) shape.dim(axis);
    int to = taps.size();
    long before = shape.elementCount(0, axis);
    long after = shape.elementCount(axis + 1, shape.rank());
    Value rows = matrix(x.type().element(), to, from, taps);
    Value product;
    if (after == 1) {
      product = g.add(new Dot(Tensors.reshape(g, x, before, from), rows, false, true));
    } else if (before == 1) {
      product = g.add(new Dot(rows, Tensors.reshape(g, x, from, after), false, false));
    } else {
      Value all = g.add(new Broadcast(rows, Shape.of(before, to, from), List.of(1, 2)));
      product = g.add(new Dot(all, Tensors.reshape(g, x, before, from, after), false, false));
    }
    return Tensors.reshape(g, product, shape.with(axis, to));
  }

  /** Big matrices are weights: kept beside the program, not in its text. */
  private Value matrix(ElementType element, int to, int from, Taps taps) {
    double[] matrix = new double[to * from];
    for (int t = 0; t < taps.count(); t++) {
      for (int i = 0; i < to; i++) {
        matrix[i * from + taps.place(t, i)] += taps.weight(t, i);
      }
    }
    Literal literal = Literal.ofDoubles(TensorType.of(element, to, from), matrix);
    return literal.isSplat()
        ? g.constant(literal)
        : g.tensor("resize", new Tensor(literal.type(), literal.bytes()), MOST_TEXT);
  }
}
