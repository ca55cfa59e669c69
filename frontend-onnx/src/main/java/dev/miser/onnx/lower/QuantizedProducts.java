package dev.miser.onnx.lower;

import static dev.miser.onnx.graph.Lowering.one;
import static java.util.Map.entry;

import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.Lowering;
import dev.miser.onnx.graph.Node;
import dev.miser.onnx.graph.Tensors;
import java.util.ArrayList;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Matrix products and convolutions of integers that stand for numbers. Sums are taken in i32 and
 * scaled in f32, in the order in which others do it, so that results are equal to the last bit.
 */
final class QuantizedProducts {
  static final Map<String, Lowering> OPERATORS =
      Map.ofEntries(
          entry("MatMulInteger", one(QuantizedProducts::integerProduct)),
          entry("QLinearConv", one(QuantizedProducts::convolution)),
          entry("QLinearMatMul", one(QuantizedProducts::product)));

  private QuantizedProducts() {}

  private static Value integerProduct(Node node, Graph g) {
    return product(g, node.value(0), node.optional(2), node.value(1), node.optional(3));
  }

  /** Returns the product as i32; zero points are one for all, for each row or each column. */
  private static Value product(
      Graph g, Value a, @Nullable Value aZero, Value b, @Nullable Value bZero) {
    Value aRows = aZero == null ? null : alongRows(g, "a_zero_point", aZero, a);
    Value bColumns = bZero == null ? null : alongColumns(g, "b_zero_point", bZero, b);
    return Products.product(g, Quantized.centered(g, a, aRows), Quantized.centered(g, b, bColumns));
  }

  private static Value alongRows(Graph g, String what, Value given, Value a) {
    int rank = a.type().rank();
    return Quantized.alongAxis(g, what, given, a.type().shape(), Math.max(rank - 2, 0));
  }

  private static Value alongColumns(Graph g, String what, Value given, Value b) {
    int rank = b.type().rank();
    return Quantized.alongAxis(g, what, given, b.type().shape(), Math.max(rank - 1, 0));
  }

  private static Value product(Node node, Graph g) {
    Value a = node.value(0);
    Value b = node.value(3);
    Value sums = product(g, a, node.value(2), b, node.value(5));
    Value aScale = f32(g, alongRows(g, "a_scale", node.value(1), a));
    Value bScale = f32(g, alongColumns(g, "b_scale", node.value(4), b));
    Value yScale = f32(g, Quantized.single(g, "y_scale", node.value(6)));
    Value ratio = Tensors.divide(g, Tensors.multiply(g, aScale, bScale), yScale);
    Value zero = node.value(7);
    return Quantized.requantized(g, sums, ratio, zero, zero.type().element());
  }

  private static Value f32(Graph g, Value scale) {
    return Tensors.convert(g, scale, ElementType.F32);
  }

  private static Value convolution(Node node, Graph g) {
    Value x = node.value(0);
    Value weights = node.value(3);
    Shape shape = weights.type().shape();
    Value weightZero = Quantized.alongAxis(g, "w_zero_point", node.value(5), shape, 0);
    Value sums =
        Convolutions.convolution(
            node,
            g,
            Quantized.centered(g, x, Quantized.single(g, "x_zero_point", node.value(2))),
            Quantized.centered(g, weights, weightZero));
    sums = Convolutions.withBias(g, sums, node.optional(8));
    // One scale for each output channel: axis 1 of the result.
    var dims = new ArrayList<>(sums.type().shape().dims());
    Value weightScale =
        Quantized.alongAxis(g, "w_scale", flat(g, node.value(4)), new Shape(dims), 1);
    Value xScale = Quantized.single(g, "x_scale", node.value(1));
    Value ratio =
        Tensors.divide(
            g,
            Tensors.multiply(g, f32(g, xScale), f32(g, weightScale)),
            f32(g, Quantized.single(g, "y_scale", node.value(6))));
    Value zero = Quantized.single(g, "y_zero_point", node.value(7));
    return Quantized.requantized(g, sums, ratio, zero, zero.type().element());
  }

  private static Value flat(Graph g, Value x) {
    return Tensors.reshape(g, x, x.type().elementCount());
  }
}
