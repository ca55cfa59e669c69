package dev.miser.onnx.lower;

import static dev.miser.onnx.graph.Lowering.one;
import static java.util.Map.entry;

import dev.miser.ir.op.Convolution;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.Lowering;
import dev.miser.onnx.graph.Node;
import dev.miser.onnx.graph.NodeFailure;
import dev.miser.onnx.graph.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Discrete Fourier transforms, of an axis and of overlapping frames of a signal. */
final class Fourier {
  static final Map<String, Lowering> OPERATORS =
      Map.ofEntries(entry("DFT", one(Fourier::transform)), entry("STFT", one(Fourier::frames)));

  private Fourier() {}

  /** Returns the size of the last axis: 1 of real numbers, 2 of complex ones. */
  private static long parts(Value x, int last) {
    long parts = x.type().dim(last);
    if (parts != 1 && parts != 2) {
      throw new NodeFailure("it transforms %s, expected a last axis of size 1 or 2", x.type());
    }
    return parts;
  }

  private static Value transform(Node node, Graph g) {
    Value given = node.value(0);
    ElementType element = given.type().element();
    int rank = given.type().rank();
    if (rank < 2) {
      throw new NodeFailure("it transforms %s, expected rank 2 at least", given.type());
    }
    parts(given, rank - 1);
    int axis = Tensors.axis(axis(node, g), rank);
    if (axis == rank - 1) {
      throw new NodeFailure("axis %d of %s holds the parts of numbers", axis, given.type());
    }
    boolean inverse = node.attributes().flag("inverse");
    boolean oneSided = node.attributes().flag("onesided");
    long size = given.type().dim(axis);
    boolean toReal = inverse && oneSided;
    long length =
        node.has(1)
            ? Tensors.knownLong(g, "dft_length", node.value(1))
            : toReal ? 2 * (size - 1) : size;
    if (length < 1 || size < 1) {
      throw new NodeFailure("it transforms %d elements to %d", size, length);
    }
    // The axis goes before the parts; all others are samples.
    List<Integer> order = new ArrayList<>(Tensors.range(0, rank));
    order.remove(Integer.valueOf(axis));
    order.add(rank - 2, axis);
    Value moved = Tensors.transpose(g, Tensors.convert(g, given, Widths.ofFloat(element)), order);
    Shape shape = moved.type().shape();
    Value x = Tensors.reshape(g, moved, shape.elementCount(0, rank - 2), size, shape.dim(rank - 1));
    Value y =
        toReal
            ? FourierSums.real(g, x, length)
            : FourierSums.complex(g, x, length, inverse, oneSided ? length / 2 + 1 : length);
    Shape result = shape.with(rank - 2, y.type().dim(1)).with(rank - 1, y.type().dim(2));
    List<Integer> back = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      back.add(order.indexOf(i));
    }
    Value placed = Tensors.transpose(g, Tensors.reshape(g, y, result), back);
    return Tensors.convert(g, placed, element);
  }

  /** Before version 20 an attribute, and the second axis by default. */
  private static long axis(Node node, Graph g) {
    if (node.opset() < 20) {
      return node.attributes().integer("axis", 1);
    }
    return node.has(2) ? Tensors.knownLong(g, "axis", node.value(2)) : -2;
  }

  /**
   * Frames are transformed where they lie: a convolution whose window is a frame, whose stride is
   * the step from frame to frame, and whose channels are the parts of each frequency.
   */
  private static Value frames(Node node, Graph g) {
    Value given = node.value(0);
    ElementType element = given.type().element();
    int rank = given.type().rank();
    if (rank != 2 && rank != 3) {
      throw new NodeFailure("the signal is %s, expected [samples, length, parts]", given.type());
    }
    long parts = rank == 3 ? parts(given, 2) : 1;
    long samples = given.type().dim(0);
    long length = given.type().dim(1);
    long step = Tensors.knownLong(g, "frame_step", node.value(1));
    Value window = node.optional(2);
    if (window == null && !node.has(3)) {
      throw new NodeFailure("neither window nor frame_length is given");
    }
    long frame =
        node.has(3)
            ? Tensors.knownLong(g, "frame_length", node.value(3))
            : node.value(2).type().elementCount();
    if (step < 1 || frame < 1 || frame > length) {
      throw new NodeFailure(
          "frames of length %d at steps of %d do not fit a signal of length %d",
          frame, step, length);
    }
    if (window != null && !window.type().shape().equals(Shape.of(frame))) {
      throw new NodeFailure("the window is %s, expected %d elements", window.type(), frame);
    }
    boolean oneSided = node.attributes().integer("onesided", 1) != 0;
    long frequencies = oneSided ? frame / 2 + 1 : frame;
    ElementType wide = Widths.ofFloat(element);
    Shape shape = Shape.of(frequencies, 2, parts, frame);
    Value weights = FourierSums.matrix(g, wide, shape, FourierSums.Axes.OF_WINDOW, frame, false);
    if (window != null) {
      Value wideWindow = Tensors.convert(g, window, wide);
      weights = Tensors.multiply(g, weights, Tensors.along(g, wideWindow, shape, 3));
    }
    Value x = Tensors.convert(g, given, wide);
    Value signal =
        parts == 1
            ? Tensors.reshape(g, x, samples, 1, length)
            : Tensors.transpose(g, x, List.of(0, 2, 1));
    Value kernel = Tensors.reshape(g, weights, 2 * frequencies, parts, frame);
    List<Long> none = List.of();
    Value found = g.add(new Convolution(signal, kernel, List.of(step), none, none, none, 1));
    Value y = Tensors.transpose(g, found, List.of(0, 2, 1));
    return Tensors.convert(
        g, Tensors.reshape(g, y, samples, y.type().dim(1), frequencies, 2), element);
  }
}
