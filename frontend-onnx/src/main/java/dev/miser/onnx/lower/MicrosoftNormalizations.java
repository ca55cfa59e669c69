package dev.miser.onnx.lower;

import static java.util.Map.entry;

import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Gather;
import dev.miser.ir.op.LayerNorm;
import dev.miser.ir.op.Reduce;
import dev.miser.ir.op.RmsNorm;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.Item;
import dev.miser.onnx.graph.Lowering;
import dev.miser.onnx.graph.Node;
import dev.miser.onnx.graph.NodeFailure;
import dev.miser.onnx.graph.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Operators of Microsoft's set that add something and go on with a norm or an activation. */
final class MicrosoftNormalizations {
  static final Map<String, Lowering> OPERATORS =
      Map.ofEntries(
          entry("com.microsoft::BiasGelu", Lowering.one(MicrosoftNormalizations::biasGelu)),
          entry("com.microsoft::FastGelu", Lowering.one(MicrosoftNormalizations::fastGelu)),
          entry("com.microsoft::EmbedLayerNormalization", MicrosoftNormalizations::embedded),
          entry("com.microsoft::SkipLayerNormalization", MicrosoftNormalizations::skip),
          entry(
              "com.microsoft::SkipSimplifiedLayerNormalization",
              MicrosoftNormalizations::skipWithoutMean));

  private static final double USUAL_EPSILON = 1e-12;

  private MicrosoftNormalizations() {}

  private static Value biasGelu(Node node, Graph g) {
    return Tensors.unary(g, Unary.Kind.GELU, Tensors.add(g, node.value(0), node.value(1)));
  }

  private static Value fastGelu(Node node, Graph g) {
    Value x = node.value(0);
    Value bias = node.optional(1);
    return Tensors.unary(g, Unary.Kind.GELU_TANH, bias == null ? x : Tensors.add(g, x, bias));
  }

  private static Value sum(Node node, Graph g, int biasInput) {
    Value sum = Tensors.add(g, node.value(0), node.value(1));
    Value bias = node.optional(biasInput);
    return bias == null ? sum : Tensors.add(g, sum, bias);
  }

  private static double epsilon(Node node) {
    return node.attributes().number("epsilon", USUAL_EPSILON);
  }

  private static List<Item> skip(Node node, Graph g) {
    Value sum = sum(node, g, 4);
    var outputs = new ArrayList<Item>();
    outputs.add(Item.of(g.add(new LayerNorm(sum, node.value(2), node.optional(3), epsilon(node)))));
    if (node.wants(1) || node.wants(2)) {
      List<Integer> last = List.of(sum.type().rank() - 1);
      Value wide = Tensors.convert(g, sum, ElementType.F32);
      Value mean = Tensors.reduce(g, Reduce.Kind.REDUCE_MEAN, wide, last, true);
      outputs.add(Item.of(mean));
      Value distance = Tensors.subtract(g, wide, mean);
      outputs.add(Item.of(deviation(node, g, distance)));
    } else {
      outputs.add(Item.ABSENT);
      outputs.add(Item.ABSENT);
    }
    outputs.add(Item.of(sum));
    return outputs;
  }

  private static List<Item> skipWithoutMean(Node node, Graph g) {
    Value sum = sum(node, g, 3);
    Value normed = g.add(new RmsNorm(sum, node.value(2), epsilon(node)));
    Item deviation =
        node.wants(2)
            ? Item.of(deviation(node, g, Tensors.convert(g, sum, ElementType.F32)))
            : Item.ABSENT;
    return List.of(Item.of(normed), Item.ABSENT, deviation, Item.of(sum));
  }

  /** Returns 1 / sqrt(mean(x^2) + epsilon) along the last axis, which remains. */
  private static Value deviation(Node node, Graph g, Value x) {
    Value squares = Tensors.unary(g, Unary.Kind.SQUARE, x);
    List<Integer> last = List.of(x.type().rank() - 1);
    Value variance = Tensors.reduce(g, Reduce.Kind.REDUCE_MEAN, squares, last, true);
    return Tensors.unary(g, Unary.Kind.RSQRT, Tensors.add(g, variance, epsilon(node)));
  }

  /** Rows of the tables of words, places and segments, summed and normed. */
  private static List<Item> embedded(Node node, Graph g) {
    Value words = node.value(0);
    if (words.type().rank() != 2) {
      throw new NodeFailure("input_ids are %s, expected rank 2", words.type());
    }
    Value places = node.value(3);
    Value sum = g.add(new Gather(node.value(2), words, 0, false));
    Value ofPlaces =
        node.has(8)
            ? g.add(new Gather(places, node.value(8), 0, false))
            : Tensors.slice(g, places, 0, 0, words.type().dim(1));
    sum = Tensors.add(g, sum, ofPlaces);
    if (node.has(1) && node.has(4)) {
      sum = Tensors.add(g, sum, g.add(new Gather(node.value(4), node.value(1), 0, false)));
    }
    Value normed = g.add(new LayerNorm(sum, node.value(5), node.value(6), epsilon(node)));
    return List.of(Item.of(normed), Item.of(lengths(node, g)), Item.of(sum));
  }

  /** Returns how many words of each row the mask keeps; 0 without a mask. */
  private static Value lengths(Node node, Graph g) {
    Value mask = node.optional(7);
    if (mask == null) {
      return Tensors.fill(g, TensorType.of(ElementType.I32, node.value(0).type().dim(0)), 0);
    }
    Value kept = Tensors.compare(g, Compare.Kind.EQUAL, mask, 1);
    Value ones = Tensors.convert(g, kept, ElementType.I32);
    return Tensors.reduce(g, Reduce.Kind.REDUCE_SUM, ones, List.of(1), false);
  }
}
