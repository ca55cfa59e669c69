package dev.miser.onnx.lower;

import dev.miser.ir.type.Shape;
import dev.miser.onnx.graph.Attributes;
import dev.miser.onnx.graph.Node;
import dev.miser.onnx.graph.NodeFailure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A window that slides over an image, as the attributes of convolutions and pools describe it.
 * Lists run over the spatial axes. {@code low} and {@code high} are padding; {@code beyond} is what
 * the last position overhangs that where sizes are rounded up: nothing lies there, not even
 * padding.
 */
record Window(
    List<Long> size,
    List<Long> stride,
    List<Long> low,
    List<Long> high,
    List<Long> beyond,
    List<Long> dilation) {
  /** A pool's window has as many entries at most: it is walked entry by entry. */
  private static final long MOST_ENTRIES = 1 << 24;

  /** Sizes, strides and padding are below: sums and products of two stay exact. */
  private static final long MOST_SIZE = 1L << 31;

  /** What stands for attributes that newer versions of an operator have. */
  enum Rounding {
    DOWN,
    /** Up if the node says so; positions that begin in the high padding do not count. */
    AS_ATTRIBUTE
  }

  /**
   * Returns the window that a node's attributes describe.
   *
   * @param image shape [n, c, spatial...] of what it slides over
   * @param size sizes of the window
   */
  static Window of(Node node, Shape image, List<Long> size, Rounding rounding) {
    Attributes attributes = node.attributes();
    int spatial = spatial(image);
    requireWithin("window", size, spatial, 1);
    List<Long> stride = list(attributes, "strides", spatial, 1, 1);
    List<Long> dilation = list(attributes, "dilations", spatial, 1, 1);
    String automatic = attributes.text("auto_pad", "NOTSET");
    List<Long> low = new ArrayList<>(Collections.nCopies(spatial, 0L));
    List<Long> high = new ArrayList<>(low);
    List<Long> beyond = new ArrayList<>(low);
    boolean up = rounding == Rounding.AS_ATTRIBUTE && attributes.flag("ceil_mode");
    switch (automatic) {
      case "VALID" -> {}
      case "SAME_UPPER", "SAME_LOWER" -> {
        for (int i = 0; i < spatial; i++) {
          long dim = image.dim(i + 2);
          long positions = Math.ceilDiv(dim, stride.get(i));
          long extent = dilation.get(i) * (size.get(i) - 1) + 1;
          long total = Math.max((positions - 1) * stride.get(i) + extent - dim, 0);
          long less = total / 2;
          low.set(i, automatic.equals("SAME_UPPER") ? less : total - less);
          high.set(i, total - low.get(i));
        }
      }
      case "NOTSET", "" -> {
        List<Long> pads = list(attributes, "pads", 2 * spatial, 0, 0);
        low = pads.subList(0, spatial);
        high = new ArrayList<>(pads.subList(spatial, 2 * spatial));
        for (int i = 0; i < spatial && up; i++) {
          long padded = image.dim(i + 2) + low.get(i) + high.get(i);
          long extent = dilation.get(i) * (size.get(i) - 1) + 1;
          long last = Math.ceilDiv(padded - extent, stride.get(i)) * stride.get(i);
          if (last >= image.dim(i + 2) + low.get(i)) {
            last -= stride.get(i);
          }
          long overhang = last + extent - padded;
          // A dropped position may leave padding that no window reaches.
          high.set(i, Math.max(Math.min(high.get(i), high.get(i) + overhang), 0));
          beyond.set(i, Math.max(overhang, 0));
        }
      }
      default ->
          throw new NodeFailure(
              "auto_pad is '%s', expected NOTSET, VALID, SAME_UPPER or SAME_LOWER", automatic);
    }
    return new Window(size, stride, low, high, beyond, dilation);
  }

  /** Returns the window of a pool, whose size is an attribute. */
  static Window ofPool(Node node, Shape image) {
    List<Long> size = node.attributes().integers("kernel_shape");
    if (size == null) {
      throw new NodeFailure("attribute 'kernel_shape' is missing");
    }
    Window window = of(node, image, size, Rounding.AS_ATTRIBUTE);
    double entries = 1;
    for (long s : size) {
      entries *= s;
    }
    if (entries > MOST_ENTRIES) {
      throw new NodeFailure("its window %s has more than %d entries", size, MOST_ENTRIES);
    }
    return window;
  }

  /** Returns the window of a convolution, whose size is that of the weights [o, c, window...]. */
  static Window ofWeights(Node node, Shape image, Shape weights) {
    if (weights.rank() != image.rank()) {
      throw new NodeFailure("weights are %s, expected the rank of %s", weights, image);
    }
    List<Long> size = weights.dims().subList(Math.min(2, weights.rank()), weights.rank());
    List<Long> said = node.attributes().integers("kernel_shape", size);
    if (!said.equals(size)) {
      throw new NodeFailure("kernel_shape is %s, and the weights have %s", said, size);
    }
    return of(node, image, size, Rounding.DOWN);
  }

  /** Returns the number of spatial axes. */
  static int spatial(Shape image) {
    if (image.rank() < 3) {
      throw new NodeFailure("its input has shape %s, expected [n, c, spatial...]", image);
    }
    return image.rank() - 2;
  }

  /** Returns a list that an attribute gives, none of whose elements is below {@code least}. */
  static List<Long> list(
      Attributes attributes, String name, int length, long least, long otherwise) {
    List<Long> found = attributes.integers(name);
    if (found == null || found.isEmpty()) {
      return Collections.nCopies(length, otherwise);
    }
    requireWithin(name, found, length, least);
    return found;
  }

  private static void requireWithin(String name, List<Long> found, int length, long least) {
    if (found.size() != length || found.stream().anyMatch(f -> f < least || f > MOST_SIZE)) {
      throw new NodeFailure(
          "%s is %s, expected %d numbers from %d to %d", name, found, length, least, MOST_SIZE);
    }
  }

  /** Returns the padding at the high end and what the last position overhangs it, together. */
  List<Long> highAndBeyond() {
    var sum = new ArrayList<Long>();
    for (int i = 0; i < high.size(); i++) {
      sum.add(high.get(i) + beyond.get(i));
    }
    return sum;
  }

  /** Returns whether the last position overhangs the padding of some axis. */
  boolean overhangs() {
    return beyond.stream().anyMatch(b -> b > 0);
  }

  /** Returns how many elements of axis {@code i} one position takes. */
  long extent(int i) {
    return dilation.get(i) * (size.get(i) - 1) + 1;
  }

  /** Returns how many positions there are along axis {@code i} of an image of this size. */
  long positions(int i, long dim) {
    long free = dim + low.get(i) + high.get(i) + beyond.get(i) - extent(i);
    if (free < 0) {
      throw new NodeFailure(
          "its window takes %d elements of spatial axis %d, which has %d with padding",
          extent(i), i, free + extent(i));
    }
    return free / stride.get(i) + 1;
  }

  /** Returns the number of entries. */
  long entries() {
    return size.stream().reduce(1L, Math::multiplyExact);
  }

  /** Returns the place of an entry, counted in row-major order, along each axis. */
  List<Long> coordinates(long entry) {
    var coordinates = new ArrayList<Long>();
    long rest = entry;
    for (int i = size.size() - 1; i >= 0; i--) {
      coordinates.addFirst(rest % size.get(i));
      rest /= size.get(i);
    }
    return coordinates;
  }
}
