package dev.miser.onnx.export;

import dev.miser.ir.op.Contraction;
import dev.miser.ir.op.Convolution;
import dev.miser.ir.op.Dot;
import dev.miser.ir.op.TransposedConvolution;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Products summed over shared axes. ONNX convolves floats only; integers are convolved as a matrix
 * product of the weights with what the window meets.
 */
record ContractionNodes(GraphDraft graph, Formula formula, Operands operands) {
  Value of(Contraction contraction) {
    TensorType type = contraction.inferType();
    return switch (contraction) {
      case Dot op -> dot(op);
      case Convolution op -> type.element().isFloat() ? convolution(op) : integers(op);
      case TransposedConvolution op ->
          type.element().isFloat() ? transposedConvolution(op) : integers(op);
    };
  }

  private Value dot(Dot op) {
    ElementType element = op.lhs().type().element();
    Value lhs = formula.wrapping(operands.of(op.lhs()));
    Value rhs = formula.wrapping(operands.of(op.rhs()));
    Value product =
        formula.matrixProduct(
            op.transposeLhs() ? formula.transposed(lhs) : lhs,
            op.transposeRhs() ? formula.transposed(rhs) : rhs);
    return formula.cast(product, element);
  }

  private Value convolution(Convolution op) {
    SlidingWindow window = window(op);
    return graph.node(
        "Conv",
        op.inferType(),
        List.of(operands.of(op.x()), operands.of(op.weights())),
        Attributes.integers("kernel_shape", window.size()),
        Attributes.integers("strides", op.stride()),
        Attributes.integers("pads", window.pads()),
        Attributes.integers("dilations", op.dilation()),
        Attributes.integer("group", op.groups()));
  }

  private static SlidingWindow window(Convolution op) {
    return SlidingWindow.of(
        spatial(op.weights()),
        op.stride(),
        op.low(),
        op.high(),
        op.dilation(),
        op.inferType().shape());
  }

  private static List<Long> spatial(Value weights) {
    return weights.type().shape().dims().subList(2, weights.type().rank());
  }

  private Value transposedConvolution(TransposedConvolution op) {
    var pads = new ArrayList<>(op.low());
    pads.addAll(op.high());
    return graph.node(
        "ConvTranspose",
        op.inferType(),
        List.of(operands.of(op.x()), operands.of(op.weights())),
        Attributes.integers("kernel_shape", spatial(op.weights())),
        Attributes.integers("strides", op.stride()),
        Attributes.integers("pads", pads),
        Attributes.integers("output_padding", op.outputPadding()),
        Attributes.integers("dilations", op.dilation()),
        Attributes.integer("group", op.groups()));
  }

  private Value integers(Convolution op) {
    Value x = formula.wrapping(operands.of(op.x()));
    Value weights = formula.wrapping(operands.of(op.weights()));
    Value sum = convolve(x, weights, window(op), op.groups());
    return formula.cast(sum, op.x().type().element());
  }

  /**
   * Convolves x [n, c, spatial...] with weights [o, c / groups, window...]: the slices that entries
   * of the window meet lie one after the other, and a matrix product sums over them.
   */
  private Value convolve(Value x, Value weights, SlidingWindow window, long groups) {
    long images = x.type().dim(0);
    long groupChannels = weights.type().dim(1);
    long outputs = weights.type().dim(0);
    long entries = window.entries();
    long positions = new Shape(window.count()).elementCount();
    var rows = new ArrayList<Value>();
    for (Value slice : window.slices(formula, x, graph.scalar(x.type().element(), 0L))) {
      rows.add(formula.reshape(slice, Shape.of(images, groups, groupChannels, positions)));
    }
    Value met = formula.concat(rows, 2);
    Value columns =
        formula.reshape(
            formula.transpose(
                formula.reshape(
                    weights, Shape.of(groups, outputs / groups, groupChannels, entries)),
                List.of(0, 1, 3, 2)),
            Shape.of(1, groups, outputs / groups, entries * groupChannels));
    var dims = new ArrayList<>(List.of(images, outputs));
    dims.addAll(window.count());
    return formula.reshape(formula.matrixProduct(columns, met), new Shape(dims));
  }

  /** Convolves the input, spread by the stride, with the weights turned around. */
  private Value integers(TransposedConvolution op) {
    TensorType type = op.inferType();
    Value x = formula.wrapping(operands.of(op.x()));
    Value weights = formula.wrapping(operands.of(op.weights()));
    Shape shape = weights.type().shape();
    int rank = shape.rank();
    long channels = shape.dim(0);
    long groupOutputs = shape.dim(1);
    var low = new ArrayList<Long>();
    var high = new ArrayList<Long>();
    var between = new ArrayList<>(List.of(0L, 0L));
    for (int i = 0; i < rank - 2; i++) {
      long reach = op.dilation().get(i) * (shape.dim(i + 2) - 1);
      low.add(reach - op.low().get(i));
      high.add(reach - op.high().get(i) + op.outputPadding().get(i));
      between.add(op.stride().get(i) - 1);
    }
    Value zero = graph.scalar(x.type().element(), 0L);
    Value spread = new LayoutNodes(graph, formula, operands).spread(x, zero, between);
    long entries = shape.elementCount(2, rank);
    Value turned = formula.reverse(weights, Formula.axes(2, rank));
    Value exchanged =
        formula.transpose(
            formula.reshape(
                turned, Shape.of(op.groups(), channels / op.groups(), groupOutputs, entries)),
            List.of(0, 2, 1, 3));
    var dims = new ArrayList<>(List.of(op.groups() * groupOutputs, channels / op.groups()));
    dims.addAll(spatial(op.weights()));
    var window =
        SlidingWindow.of(
            spatial(op.weights()),
            Collections.nCopies(rank - 2, 1L),
            low,
            high,
            op.dilation(),
            type.shape());
    Value sum = convolve(spread, formula.reshape(exchanged, new Shape(dims)), window, op.groups());
    return formula.cast(sum, type.element());
  }
}
