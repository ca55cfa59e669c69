package dev.miser.onnx.lower;

import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Gather;
import dev.miser.ir.op.Iota;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.NodeFailure;
import dev.miser.onnx.graph.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at an image at places that are computed: the elements around a place, all channels of each
 * at once, are summed by weights that depend on how far they are.
 *
 * @param alignsCorners whether -1 and 1 are the middles of the outermost elements, or their edges
 */
record GridSampling(Graph g, Interpolation.Mode mode, Padding padding, boolean alignsCorners) {
  /** What is seen outside of an image. */
  enum Padding {
    ZEROS,
    BORDER,
    REFLECTION;

    static Padding of(String name) {
      return switch (name) {
        case "zeros" -> ZEROS;
        case "border" -> BORDER;
        case "reflection" -> REFLECTION;
        default ->
            throw new NodeFailure(
                "padding_mode is '%s', expected zeros, border or reflection", name);
      };
    }
  }

  /** How steep cubic curves are. */
  private static final double COEFFICIENT = -0.75;

  /** Parts of one result: cubic curves along three axes have as many. */
  private static final int MOST_PARTS = 64;

  /**
   * One of the elements along an axis that make up a result.
   *
   * @param place its number along the axis, legal even if it is outside
   * @param weight its weight
   * @param isInside whether it is an element at all, or null if all are
   */
  private record Tap(Value place, @Nullable Value weight, @Nullable Value isInside) {}

  /** An image with its channels innermost: an element of the space is a row of all of them. */
  private record Rows(Value rows, ElementType wide, List<List<Tap>> taps, Shape space) {}

  /** Returns [batch, channels, places...] of an image [batch, channels, space...]. */
  Value sample(Value x, Value grid) {
    Shape shape = x.type().shape();
    int axes = shape.rank() - 2;
    long batch = shape.dim(0);
    long channels = shape.dim(1);
    Shape space = new Shape(shape.dims().subList(2, shape.rank()));
    long places = grid.type().shape().elementCount(1, axes + 1);
    if (Math.pow(mode == Interpolation.Mode.NEAREST ? 1 : 2 * mode.reach(), axes) > MOST_PARTS) {
      throw new NodeFailure("mode %s along %d axes takes too many elements", mode, axes);
    }
    ElementType element = x.type().element();
    boolean isWide = element == ElementType.F64 || grid.type().element() == ElementType.F64;
    ElementType wide = isWide ? ElementType.F64 : ElementType.F32;
    Value flat = Tensors.reshape(g, x, batch, channels, space.elementCount());
    Value last = Tensors.transpose(g, flat, List.of(0, 2, 1));
    Value rows = Tensors.reshape(g, last, batch * space.elementCount(), channels);
    var taps = new ArrayList<List<Tap>>();
    for (int axis = 0; axis < axes; axis++) {
      // Coordinates stand in the grid from the innermost axis out.
      Value given = Tensors.slice(g, grid, axes + 1, axes - 1 - axis, axes - axis);
      Value at = Tensors.convert(g, Tensors.reshape(g, given, batch, places), wide);
      taps.add(taps(at, space.dim(axis), rows.type().dim(0)));
    }
    Value first = g.add(new Iota(taps.getFirst().getFirst().place().type(), 0));
    Value sum = sum(new Rows(rows, wide, taps, space), 0, first, null);
    Value result = Tensors.convert(g, sum, element);
    Value apart = Tensors.reshape(g, result, batch, places, channels);
    var dims = new ArrayList<Long>(List.of(batch, channels));
    dims.addAll(grid.type().shape().dims().subList(1, axes + 1));
    return Tensors.reshape(g, Tensors.transpose(g, apart, List.of(0, 2, 1)), new Shape(dims));
  }

  /**
   * Returns the sum over the taps of this axis and those inside of it.
   *
   * @param place the number of the row that the axes outside of this one lead to
   * @param isInside whether these taps are all elements, or null if they always are
   */
  private Value sum(Rows image, int axis, Value place, @Nullable Value isInside) {
    if (axis == image.taps.size()) {
      return rows(image, place, isInside);
    }
    Value sum = null;
    for (Tap tap : image.taps.get(axis)) {
      Value outer = Tensors.binary(g, Binary.Kind.MULTIPLY, place, image.space.dim(axis));
      Value both =
          isInside == null || tap.isInside == null
              ? (isInside == null ? tap.isInside : isInside)
              : Tensors.binary(g, Binary.Kind.AND, isInside, tap.isInside);
      Value inner = sum(image, axis + 1, Tensors.add(g, outer, tap.place), both);
      Value part = tap.weight == null ? inner : Tensors.multiply(g, inner, column(tap.weight));
      sum = sum == null ? part : Tensors.add(g, sum, part);
    }
    if (sum == null) {
      throw new IllegalStateException("an axis without taps");
    }
    return sum;
  }

  /** Returns the channels of the elements at these places, and 0 where there are none. */
  private Value rows(Rows image, Value place, @Nullable Value isInside) {
    Value numbers = Tensors.reshape(g, place, place.type().elementCount());
    Value taken = g.add(new Gather(image.rows, numbers, 0, false));
    boolean isExact = mode == Interpolation.Mode.NEAREST;
    Value wide = isExact ? taken : Tensors.convert(g, taken, image.wide);
    if (isInside == null) {
      return wide;
    }
    Value zero = Tensors.scalar(g, wide.type().element(), 0);
    return Tensors.select(g, column(isInside), wide, zero);
  }

  /** Returns one element for each row, to be repeated along the channels. */
  private Value column(Value each) {
    return Tensors.reshape(g, each, each.type().elementCount(), 1);
  }

  /**
   * Returns the elements along an axis that results at these coordinates are made of.
   *
   * @param given coordinates from -1 to 1, [batch, places]
   * @param rows how many places there are in all, along all axes
   */
  private List<Tap> taps(Value given, long size, long rows) {
    Value fromZero = Tensors.add(g, given, 1);
    Value at =
        alignsCorners
            ? Tensors.multiply(g, Tensors.multiply(g, fromZero, 0.5), size - 1)
            : Tensors.multiply(g, Tensors.add(g, Tensors.multiply(g, fromZero, size), -1), 0.5);
    ElementType index = rows <= Integer.MAX_VALUE ? ElementType.I32 : ElementType.I64;
    if (mode == Interpolation.Mode.NEAREST) {
      Value nearest = Tensors.unary(g, Unary.Kind.ROUND_HALF_EVEN, at);
      return List.of(tap(nearest, null, size, index));
    }
    Value low = Tensors.unary(g, Unary.Kind.FLOOR, at);
    Value beyond = Tensors.subtract(g, at, low);
    var taps = new ArrayList<Tap>();
    for (int t = 1 - mode.reach(); t <= mode.reach(); t++) {
      Value place = t == 0 ? low : Tensors.add(g, low, t);
      taps.add(tap(place, weight(beyond, t), size, index));
    }
    return taps;
  }

  private Tap tap(Value place, @Nullable Value weight, long size, ElementType index) {
    Value inside = padding == Padding.REFLECTION ? reflected(place, size) : place;
    Value clamped =
        Tensors.binary(
            g, Binary.Kind.MINIMUM, Tensors.binary(g, Binary.Kind.MAXIMUM, inside, 0), size - 1);
    Value isInside =
        padding == Padding.ZEROS ? Tensors.compare(g, Compare.Kind.EQUAL, clamped, place) : null;
    return new Tap(Tensors.convert(g, clamped, index), weight, isInside);
  }

  /** Mirrored between the middles of the outermost elements, or between their edges. */
  private Value reflected(Value place, long size) {
    double low = alignsCorners ? 0 : -0.5;
    double range = alignsCorners ? size - 1 : size;
    if (range == 0) {
      return Tensors.multiply(g, place, 0);
    }
    Value moved = Tensors.add(g, place, -low);
    Value folded = Tensors.binary(g, Binary.Kind.FLOOR_REMAINDER, moved, 2 * range);
    Value away = Tensors.unary(g, Unary.Kind.ABS, Tensors.add(g, folded, -range));
    Value back = Tensors.binary(g, Binary.Kind.MULTIPLY, away, -1);
    return Tensors.add(g, back, range + low);
  }

  /** Returns the weight of the element so many places from the one below. */
  private Value weight(Value beyond, int t) {
    Value distance =
        t <= 0 ? Tensors.add(g, beyond, -t) : Tensors.add(g, Tensors.multiply(g, beyond, -1), t);
    if (mode == Interpolation.Mode.LINEAR) {
      return Tensors.add(g, Tensors.multiply(g, distance, -1), 1);
    }
    double a = COEFFICIENT;
    // Of the near two ((a + 2) d - (a + 3)) d^2 + 1, of the far two a (((d - 5) d + 8) d - 4).
    if (t == 0 || t == 1) {
      Value slope = Tensors.add(g, Tensors.multiply(g, distance, a + 2), -(a + 3));
      Value square = Tensors.multiply(g, distance, distance);
      return Tensors.add(g, Tensors.multiply(g, slope, square), 1);
    }
    Value inner = Tensors.multiply(g, Tensors.add(g, distance, -5), distance);
    Value outer = Tensors.multiply(g, Tensors.add(g, inner, 8), distance);
    return Tensors.multiply(g, Tensors.add(g, outer, -4), a);
  }
}
