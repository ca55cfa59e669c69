package dev.miser.onnx.lower;

import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Combine;
import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Iota;
import dev.miser.ir.op.Pad;
import dev.miser.ir.op.Scatter;
import dev.miser.ir.op.Slice;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.Node;
import dev.miser.onnx.graph.NodeFailure;
import dev.miser.onnx.graph.Tensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Where the maxima of a pool stood, and the way back to there. */
final class Unpooling {
  /** Each entry of a window costs four instructions. */
  private static final long MOST_ENTRIES = 10_000;

  private Unpooling() {}

  /**
   * Returns which element of the whole input [n, c, spatial...] each maximum is, the first of equal
   * ones, i64.
   *
   * @param firstAxisInside whether the places of an image are counted along its first spatial axis
   *     first, not along its last
   */
  static Value indices(Graph g, Value x, Window window, boolean firstAxisInside) {
    int spatial = window.size().size();
    if (window.entries() > MOST_ENTRIES) {
      throw new NodeFailure(
          "its window has %d entries, expected at most %d where Indices are wanted",
          window.entries(), MOST_ENTRIES);
    }
    Shape image = x.type().shape();
    List<Long> step = steps(image, firstAxisInside);
    var dims = new ArrayList<>(image.dims().subList(0, 2));
    for (int i = 0; i < spatial; i++) {
      dims.add(window.positions(i, image.dim(i + 2)));
    }
    Shape shape = new Shape(dims);
    Value padded =
        g.add(
            new Pad(
                x,
                least(g, x.type().element()),
                Pooling.all(window.low()),
                Pooling.all(window.highAndBeyond()),
                List.of()));
    // Padding is never larger than what was met, so an entry that lies there is never taken; only
    // the first to be compared with must be found in the image.
    Value best = entry(g, padded, window, shape, window.coordinates(0));
    Value entry = Tensors.broadcast(g, firstInside(g, window, shape, step), shape);
    for (long i = 1; i < window.entries(); i++) {
      List<Long> at = window.coordinates(i);
      Value met = entry(g, padded, window, shape, at);
      Value larger = Tensors.compare(g, Compare.Kind.GREATER, met, best);
      Value number =
          Tensors.longs(g, TensorType.of(ElementType.I64), List.of(inside(window, at, step)));
      entry = Tensors.select(g, larger, number, entry);
      if (i + 1 < window.entries()) {
        best = Tensors.select(g, larger, met, best);
      }
    }
    return Tensors.add(g, entry, corners(g, window, shape, image, step));
  }

  private static List<Long> steps(Shape image, boolean firstAxisInside) {
    var steps = new ArrayList<Long>();
    for (int axis = 2; axis < image.rank(); axis++) {
      steps.add(
          firstAxisInside
              ? image.elementCount(2, axis)
              : image.elementCount(axis + 1, image.rank()));
    }
    return steps;
  }

  private static Value least(Graph g, ElementType element) {
    TensorType scalar = TensorType.of(element);
    return switch (element.kind()) {
      case FLOAT -> Tensors.scalar(g, element, Double.NEGATIVE_INFINITY);
      case SIGNED -> Tensors.longs(g, scalar, List.of(-1L << (8 * element.bytes() - 1)));
      case UNSIGNED, BOOLEAN -> Tensors.longs(g, scalar, List.of(0L));
    };
  }

  /** Returns what one entry of the window meets at each position. */
  private static Value entry(
      Graph g, Value padded, Window window, Shape shape, List<Long> coordinates) {
    var start = new ArrayList<>(List.of(0L, 0L));
    var limit = new ArrayList<>(shape.dims().subList(0, 2));
    var stride = new ArrayList<>(List.of(1L, 1L));
    for (int i = 0; i < coordinates.size(); i++) {
      long first = coordinates.get(i) * window.dilation().get(i);
      start.add(first);
      limit.add(first + (shape.dim(i + 2) - 1) * window.stride().get(i) + 1);
      stride.add(window.stride().get(i));
    }
    return g.add(new Slice(padded, start, limit, stride));
  }

  /** Returns how far an entry of the window is from its corner, in elements of the image. */
  private static long inside(Window window, List<Long> coordinates, List<Long> step) {
    long sum = 0;
    for (int i = 0; i < coordinates.size(); i++) {
      sum += coordinates.get(i) * window.dilation().get(i) * step.get(i);
    }
    return sum;
  }

  /** Returns how far from its corner each position meets the image first; axes [spatial...]. */
  private static Value firstInside(Graph g, Window window, Shape shape, List<Long> step) {
    Value sum = Tensors.scalar(g, ElementType.I64, 0);
    for (int i = 0; i < step.size(); i++) {
      if (window.low().get(i) > 0) {
        // What lies before the image, in whole steps of the window's entries, rounded up.
        long dilation = window.dilation().get(i);
        Value before = Tensors.multiply(g, corner(g, window, shape, i), -1L);
        Value outside = Tensors.binary(g, Binary.Kind.MAXIMUM, before, 0L);
        Value up = Tensors.add(g, outside, dilation - 1);
        Value entries = Tensors.binary(g, Binary.Kind.DIVIDE, up, dilation);
        sum = Tensors.add(g, sum, Tensors.multiply(g, entries, dilation * step.get(i)));
      }
    }
    return sum;
  }

  /** Returns which element of the input each position's corner is; axes [n, c, spatial...]. */
  private static Value corners(Graph g, Window window, Shape shape, Shape image, List<Long> step) {
    int spatial = step.size();
    Value sum = Tensors.scalar(g, ElementType.I64, 0);
    for (int i = 0; i < spatial; i++) {
      Value corner = corner(g, window, shape, i);
      sum = Tensors.add(g, sum, Tensors.multiply(g, corner, step.get(i)));
    }
    long planes = image.elementCount(0, 2);
    Value plane = g.add(new Iota(TensorType.of(ElementType.I64, planes), 0));
    Value first = Tensors.multiply(g, plane, image.elementCount(2, image.rank()));
    var dims = new ArrayList<>(image.dims().subList(0, 2));
    dims.addAll(Collections.nCopies(spatial, 1L));
    return Tensors.add(g, sum, Tensors.reshape(g, first, new Shape(dims)));
  }

  /** Returns where along a spatial axis each position begins, below 0 in the padding. */
  private static Value corner(Graph g, Window window, Shape shape, int i) {
    var dims = new ArrayList<>(Collections.nCopies(window.size().size(), 1L));
    dims.set(i, shape.dim(i + 2));
    TensorType line = new TensorType(ElementType.I64, new Shape(dims));
    Value steps = Tensors.multiply(g, g.add(new Iota(line, i)), window.stride().get(i));
    return Tensors.add(g, steps, -window.low().get(i));
  }

  /** Each element goes to the place that its index names; all others are 0. */
  static Value unpool(Node node, Graph g) {
    Value x = node.value(0);
    Value places = node.value(1);
    Shape shape = x.type().shape();
    if (!places.type().shape().equals(shape)) {
      throw new NodeFailure("indices are %s, expected one for each of %s", places.type(), x.type());
    }
    int spatial = Window.spatial(shape);
    List<Long> size = node.attributes().integers("kernel_shape");
    if (size == null || size.size() != spatial) {
      throw new NodeFailure("kernel_shape is %s, expected %d sizes", size, spatial);
    }
    List<Long> stride = Window.list(node.attributes(), "strides", spatial, 1, 1);
    List<Long> pads = Window.list(node.attributes(), "pads", 2 * spatial, 0, 0);
    var dims = new ArrayList<>(shape.dims().subList(0, 2));
    for (int i = 0; i < spatial; i++) {
      long full = Math.multiplyExact(shape.dim(i + 2) - 1, stride.get(i)) + size.get(i);
      dims.add(full - pads.get(i) - pads.get(spatial + i));
    }
    Shape image = new Shape(dims);
    Value zeros = Tensors.fill(g, x.type().withShape(Shape.of(image.elementCount())), 0);
    long count = shape.elementCount();
    Value moved =
        g.add(
            new Scatter(
                zeros,
                Tensors.reshape(g, places, count),
                Tensors.reshape(g, x, count),
                0,
                Combine.SET,
                false));
    Value result = Tensors.reshape(g, moved, image);
    return node.has(2) ? enlarged(g, result, node.value(2)) : result;
  }

  /** A size that is asked for adds zeros at the end of each axis. */
  private static Value enlarged(Graph g, Value x, Value wanted) {
    Shape asked = new Shape(Tensors.knownLongs(g, "output_shape", wanted));
    if (asked.equals(x.type().shape())) {
      return x;
    }
    if (asked.rank() != x.type().rank()) {
      throw new NodeFailure("output_shape is %s, expected the rank of %s", asked, x.type());
    }
    var more = new ArrayList<Long>();
    for (int axis = 0; axis < asked.rank(); axis++) {
      more.add(asked.dim(axis) - x.type().dim(axis));
    }
    List<Long> none = Collections.nCopies(asked.rank(), 0L);
    return g.add(new Pad(x, Pooling.zero(g, x), none, more, List.of()));
  }
}
