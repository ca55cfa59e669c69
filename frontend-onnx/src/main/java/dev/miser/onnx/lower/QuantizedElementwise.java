package dev.miser.onnx.lower;

import static dev.miser.onnx.graph.Lowering.one;
import static java.util.Map.entry;

import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Reduce;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.Lowering;
import dev.miser.onnx.graph.Node;
import dev.miser.onnx.graph.NodeFailure;
import dev.miser.onnx.graph.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Operators outside of the standard set that compute with integers which stand for numbers. */
final class QuantizedElementwise {
  static final Map<String, Lowering> OPERATORS =
      Map.ofEntries(
          entry("com.microsoft::QLinearAdd", one(QuantizedElementwise::sum)),
          entry("com.microsoft::QLinearAveragePool", one(QuantizedElementwise::averagePool)),
          entry("com.microsoft::QLinearConcat", one(QuantizedElementwise::concat)),
          entry("com.microsoft::QLinearGlobalAveragePool", one(QuantizedElementwise::global)),
          entry("com.microsoft::QLinearLeakyRelu", one(QuantizedElementwise::leakyRelu)),
          entry("com.microsoft::QLinearMul", one(QuantizedElementwise::product)),
          entry("com.microsoft::QLinearSigmoid", one(QuantizedElementwise::sigmoid)));

  private QuantizedElementwise() {}

  /** A tensor of integers with its scale, f32, and zero point. */
  private record Operand(Value x, Value scale, @Nullable Value zero) {
    static Operand of(Node node, Graph g, int input) {
      return new Operand(
          node.value(input), scaleOf(node, g, input + 1), zeroOf(node, g, input + 2));
    }

    Value numbers(Graph g) {
      return Quantized.dequantized(g, x, scale, zero);
    }
  }

  private static Value scaleOf(Node node, Graph g, int input) {
    Value scale = Quantized.single(g, "input " + input, node.value(input));
    return Tensors.convert(g, scale, ElementType.F32);
  }

  private static @Nullable Value zeroOf(Node node, Graph g, int input) {
    Value zero = node.optional(input);
    return zero == null ? null : Quantized.single(g, "input " + input, zero);
  }

  private static Value sum(Node node, Graph g) {
    Operand a = Operand.of(node, g, 0);
    Operand b = Operand.of(node, g, 3);
    Value sum = Tensors.add(g, a.numbers(g), b.numbers(g));
    return result(node, g, sum, 6, a);
  }

  private static Value product(Node node, Graph g) {
    Operand a = Operand.of(node, g, 0);
    Operand b = Operand.of(node, g, 3);
    Value product = Tensors.multiply(g, a.numbers(g), b.numbers(g));
    return result(node, g, product, 6, a);
  }

  /** Returns numbers as integers of the operands' type; the result's scale is input i. */
  private static Value result(Node node, Graph g, Value numbers, int i, Operand like) {
    ElementType element = like.x.type().element();
    return Quantized.quantized(g, numbers, scaleOf(node, g, i), zeroOf(node, g, i + 1), element);
  }

  private static Value sigmoid(Node node, Graph g) {
    Operand x = Operand.of(node, g, 0);
    return result(node, g, Tensors.unary(g, Unary.Kind.SIGMOID, x.numbers(g)), 3, x);
  }

  private static Value leakyRelu(Node node, Graph g) {
    Operand operand = Operand.of(node, g, 0);
    Value x = operand.numbers(g);
    Value less = Tensors.multiply(g, x, node.attributes().number("alpha", 0.01));
    Value positive = Tensors.compare(g, Compare.Kind.GREATER_EQUAL, x, 0);
    return result(node, g, Tensors.select(g, positive, x, less), 3, operand);
  }

  /** Channels may be the last axis. */
  private static Value global(Node node, Graph g) {
    Operand operand = Operand.of(node, g, 0);
    Value x = operand.x;
    int rank = x.type().rank();
    if (rank < 3) {
      throw new NodeFailure("its input is %s, expected [n, c, spatial...]", x.type());
    }
    boolean last = node.attributes().flag("channels_last");
    List<Integer> axes = last ? Tensors.range(1, rank - 1) : Tensors.range(2, rank);
    Value centered = Quantized.centered(g, x, operand.zero);
    Value sums = Tensors.reduce(g, Reduce.Kind.REDUCE_SUM, centered, axes, true);
    long count = x.type().elementCount() / Math.max(sums.type().elementCount(), 1);
    Value divisor = Tensors.multiply(g, scaleOf(node, g, 3), count);
    Value ratio = Tensors.divide(g, operand.scale, divisor);
    return Quantized.requantized(g, sums, ratio, zeroOf(node, g, 4), x.type().element());
  }

  private static Value averagePool(Node node, Graph g) {
    Operand operand = Operand.of(node, g, 0);
    Value numbers = operand.numbers(g);
    boolean last = node.attributes().flag("channels_last");
    int rank = numbers.type().rank();
    if (rank < 3) {
      throw new NodeFailure("its input is %s, expected [n, c, spatial...]", numbers.type());
    }
    if (last) {
      var front = new ArrayList<>(Tensors.range(0, rank - 1));
      front.add(1, rank - 1);
      numbers = Tensors.transpose(g, numbers, front);
    }
    Value average = Pooling.average(node, g, numbers, Pooling.Overhang.COUNTS);
    if (last) {
      var back = new ArrayList<>(Tensors.range(2, rank));
      back.addFirst(0);
      back.addLast(1);
      average = Tensors.transpose(g, average, back);
    }
    Value quotient = Tensors.divide(g, average, scaleOf(node, g, 3));
    // Here, other than elsewhere, the zero point is added before rounding.
    Value zero = zeroOf(node, g, 4);
    Value moved =
        zero == null
            ? quotient
            : Tensors.add(g, quotient, Tensors.convert(g, zero, ElementType.F32));
    return Quantized.rounded(g, moved, null, operand.x.type().element());
  }

  /** What has the result's scale and zero point already comes out of this as it went in. */
  private static Value concat(Node node, Graph g) {
    if (node.inputCount() < 5 || (node.inputCount() - 2) % 3 != 0) {
      throw new NodeFailure(
          "it has %d inputs, expected a scale, a zero point and three for each part",
          node.inputCount());
    }
    var parts = new ArrayList<Value>();
    for (int i = 2; i < node.inputCount(); i += 3) {
      Operand part = Operand.of(node, g, i);
      parts.add(result(node, g, part.numbers(g), 0, part));
    }
    int rank = parts.getFirst().type().rank();
    return Tensors.concat(g, parts, Tensors.axis(node.attributes().integer("axis"), rank));
  }
}
