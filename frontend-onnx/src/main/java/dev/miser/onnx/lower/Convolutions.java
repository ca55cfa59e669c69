package dev.miser.onnx.lower;

import static dev.miser.onnx.graph.Lowering.many;
import static dev.miser.onnx.graph.Lowering.one;
import static java.util.Map.entry;

import dev.miser.ir.op.Combine;
import dev.miser.ir.op.Convolution;
import dev.miser.ir.op.Pad;
import dev.miser.ir.op.Scatter;
import dev.miser.ir.op.Slice;
import dev.miser.ir.op.TransposedConvolution;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.graph.Attributes;
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

/** Convolutions, their transposes, and what goes from columns back to images. */
final class Convolutions {
  static final Map<String, Lowering> OPERATORS =
      Map.ofEntries(
          entry("CausalConvWithState", many(Convolutions::causal)),
          entry("Col2Im", one(Convolutions::columnsToImage)),
          entry("Conv", one(Convolutions::convolution)),
          entry("ConvInteger", one(Convolutions::integerConvolution)),
          entry("ConvTranspose", one(Convolutions::transposed)));

  private Convolutions() {}

  private static Value convolution(Node node, Graph g) {
    Value sum = convolution(node, g, node.value(0), node.value(1));
    return withBias(g, sum, node.optional(2));
  }

  /** Returns the convolution that a node's attributes describe, without a bias. */
  static Value convolution(Node node, Graph g, Value x, Value weights) {
    Window window = Window.ofWeights(node, x.type().shape(), weights.type().shape());
    long groups = node.attributes().integer("group", 1);
    return g.add(
        new Convolution(
            x, weights, window.stride(), window.low(), window.high(), window.dilation(), groups));
  }

  /** Adds one number to each channel, axis 1. */
  static Value withBias(Graph g, Value x, @Nullable Value bias) {
    if (bias == null) {
      return x;
    }
    if (bias.type().elementCount() != x.type().dim(1)) {
      throw new NodeFailure(
          "bias is %s, expected one for each channel of %s", bias.type(), x.type());
    }
    Value vector = Tensors.reshape(g, bias, x.type().dim(1));
    return Tensors.add(g, x, Tensors.along(g, vector, x.type().shape(), 1));
  }

  /** Padding stands for the zero point, so it is the difference from that which is padded by 0. */
  private static Value integerConvolution(Node node, Graph g) {
    Value x = Quantized.centered(g, node.value(0), node.optional(2));
    Value weights = node.value(1);
    Value zero = node.optional(3);
    if (zero != null) {
      zero = Quantized.alongAxis(g, "w_zero_point", zero, weights.type().shape(), 0);
    }
    return convolution(node, g, x, Quantized.centered(g, weights, zero));
  }

  private static Value transposed(Node node, Graph g) {
    Value x = node.value(0);
    Value weights = node.value(1);
    Attributes attributes = node.attributes();
    int spatial = Window.spatial(x.type().shape());
    Window window = Window.ofWeights(node, x.type().shape(), weights.type().shape());
    List<Long> extra = Window.list(attributes, "output_padding", spatial, 0, 0);
    List<Long> wanted = wantedSizes(node, x.type().shape());
    String automatic = attributes.text("auto_pad", "NOTSET");
    var low = new ArrayList<>(window.low());
    var high = new ArrayList<>(window.high());
    var more = new ArrayList<Long>();
    for (int i = 0; i < spatial; i++) {
      long full = window.stride().get(i) * (x.type().dim(i + 2) - 1) + window.extent(i);
      if (wanted != null) {
        long total = full + extra.get(i) - wanted.get(i);
        long less = Math.max(total, 0) / 2;
        low.set(i, automatic.equals("SAME_UPPER") ? less : Math.max(total, 0) - less);
        high.set(i, total - low.get(i));
      }
      // What is added to the high end and what is cut there take each other away.
      long cut = high.get(i) - extra.get(i);
      high.set(i, Math.max(cut, 0));
      more.add(Math.max(-cut, 0));
    }
    Value sum = transposed(g, x, weights, window, low, high, more, attributes.integer("group", 1));
    return withBias(g, sum, node.optional(2));
  }

  /** Sizes that are asked for rather than padding, or null. */
  private static @Nullable List<Long> wantedSizes(Node node, Shape image) {
    int spatial = image.rank() - 2;
    List<Long> asked = node.attributes().integers("output_shape");
    if (asked != null && !asked.isEmpty()) {
      if (asked.size() != spatial && asked.size() != image.rank()) {
        throw new NodeFailure("output_shape is %s, expected %d sizes", asked, spatial);
      }
      return asked.subList(asked.size() - spatial, asked.size());
    }
    if (!node.attributes().text("auto_pad", "NOTSET").startsWith("SAME")) {
      return null;
    }
    List<Long> stride = Window.list(node.attributes(), "strides", spatial, 1, 1);
    var sizes = new ArrayList<Long>();
    for (int i = 0; i < spatial; i++) {
      sizes.add(Math.multiplyExact(image.dim(i + 2), stride.get(i)));
    }
    return sizes;
  }

  /** More places at the high end than a window could reach have met nothing, and are 0. */
  private static Value transposed(
      Graph g,
      Value x,
      Value weights,
      Window window,
      List<Long> low,
      List<Long> high,
      List<Long> more,
      long groups) {
    var inside = new ArrayList<Long>();
    var beyond = new ArrayList<Long>(List.of(0L, 0L));
    for (int i = 0; i < more.size(); i++) {
      long most = Math.max(window.stride().get(i), window.dilation().get(i)) - 1;
      inside.add(Math.min(more.get(i), most));
      beyond.add(more.get(i) - inside.get(i));
    }
    Value sum =
        g.add(
            new TransposedConvolution(
                x, weights, window.stride(), low, high, inside, window.dilation(), groups));
    if (beyond.stream().allMatch(b -> b == 0)) {
      return sum;
    }
    Value zero = Tensors.scalar(g, x.type().element(), 0);
    return g.add(new Pad(sum, zero, Collections.nCopies(x.type().rank(), 0L), beyond, List.of()));
  }

  /**
   * A convolution of each channel by itself over [n, c, length], which sees what came before: the
   * last k - 1 elements of the input so far are the state.
   */
  private static List<Value> causal(Node node, Graph g) {
    Value x = node.value(0);
    Value weights = node.value(1);
    Shape shape = x.type().shape();
    if (shape.rank() != 3 || weights.type().rank() != 3 || weights.type().dim(2) < 1) {
      throw new NodeFailure(
          "input %s and weights %s, expected [n, c, length] and [c, 1, k]",
          shape, weights.type().shape());
    }
    long before = weights.type().dim(2) - 1;
    Value past = node.optional(3);
    if (past == null) {
      past = Tensors.fill(g, x.type().withShape(shape.with(2, before)), 0);
    }
    Value padded = Tensors.concat(g, List.of(past, x), 2);
    Value sum =
        g.add(
            new Convolution(
                padded, weights, List.of(), List.of(), List.of(), List.of(), shape.dim(1)));
    Value result = withBias(g, sum, node.optional(2));
    String activation = node.attributes().text("activation", "none");
    Value activated =
        switch (activation) {
          case "silu", "swish" -> Tensors.unary(g, Unary.Kind.SILU, result);
          case "none", "" -> result;
          default ->
              throw new NodeFailure("activation is '%s', expected none, silu or swish", activation);
        };
    long length = padded.type().dim(2);
    return List.of(activated, Tensors.slice(g, padded, 2, length - before, length));
  }

  /**
   * Each column [c * block, position] goes back to where a window would have taken it from; what
   * meets in one place is added.
   */
  private static Value columnsToImage(Node node, Graph g) {
    Value x = node.value(0);
    List<Long> image = Tensors.knownLongs(g, "image_shape", node.value(1));
    List<Long> block = Tensors.knownLongs(g, "block_shape", node.value(2));
    long entries = new Shape(block).elementCount();
    if (x.type().rank() != 3 || entries == 0 || x.type().dim(1) % entries != 0) {
      throw new NodeFailure("input %s does not hold blocks of %s", x.type(), block);
    }
    long n = x.type().dim(0);
    long channels = x.type().dim(1) / entries;
    var dims = new ArrayList<>(List.of(n, channels));
    dims.addAll(image);
    Window window = Window.of(node, new Shape(dims), block, Window.Rounding.DOWN);
    int spatial = image.size();
    var padded = new ArrayList<Long>();
    var places = new ArrayList<Long>(block);
    for (int i = 0; i < spatial; i++) {
      padded.add(image.get(i) + window.low().get(i) + window.high().get(i));
      places.add(window.positions(i, image.get(i)));
    }
    Shape paddedShape = new Shape(padded);
    long moved = entries * new Shape(places).elementCount(spatial, 2 * spatial);
    if (moved != entries * x.type().dim(2)) {
      throw new NodeFailure("input %s, and there are %d positions", x.type(), moved / entries);
    }
    Value index = places(g, window, new Shape(places), paddedShape);
    long size = paddedShape.elementCount();
    Value zeros = Tensors.fill(g, x.type().withShape(Shape.of(n, channels, size)), 0);
    Value updates = Tensors.reshape(g, x, n, channels, moved);
    Value sums =
        g.add(new Scatter(zeros, Tensors.reshape(g, index, moved), updates, 2, Combine.ADD, false));
    return cropped(g, sums, window, image, paddedShape);
  }

  /**
   * Returns for each entry of a window at each position, axes [window..., positions...], which
   * element of the padded image it meets.
   */
  private static Value places(Graph g, Window window, Shape places, Shape padded) {
    int spatial = padded.rank();
    Value index = Tensors.scalar(g, ElementType.I64, 0);
    for (int axis = 0; axis < 2 * spatial; axis++) {
      int i = axis % spatial;
      long step = axis < spatial ? window.dilation().get(i) : window.stride().get(i);
      var dims = new ArrayList<>(Collections.nCopies(2 * spatial, 1L));
      dims.set(axis, places.dim(axis));
      TensorType type = new TensorType(ElementType.I64, new Shape(dims));
      Value counts = g.add(new dev.miser.ir.op.Iota(type, axis));
      index = Tensors.add(g, index, Tensors.multiply(g, counts, step * padded.strides().get(i)));
    }
    return index;
  }

  private static Value cropped(Graph g, Value sums, Window window, List<Long> image, Shape padded) {
    var dims = new ArrayList<>(sums.type().shape().dims().subList(0, 2));
    var start = new ArrayList<>(List.of(0L, 0L));
    var limit = new ArrayList<>(dims);
    for (int i = 0; i < image.size(); i++) {
      start.add(window.low().get(i));
      limit.add(window.low().get(i) + image.get(i));
    }
    dims.addAll(padded.dims());
    Value apart = Tensors.reshape(g, sums, new Shape(dims));
    return limit.equals(dims) && start.stream().allMatch(s -> s == 0)
        ? apart
        : g.add(new Slice(apart, start, limit, List.of()));
  }
}
