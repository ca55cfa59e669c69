package dev.miser.onnx.lower;

import static java.util.Map.entry;

import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Iota;
import dev.miser.ir.op.Softmax;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.graph.Attributes;
import dev.miser.onnx.graph.DataTypes;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.Item;
import dev.miser.onnx.graph.Lowering;
import dev.miser.onnx.graph.Node;
import dev.miser.onnx.graph.NodeFailure;
import dev.miser.onnx.graph.Tensors;
import dev.miser.onnx.lower.Heads.Mask;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Attention as the standard sets have it. A query that no key is left for gives 0, as the errata of
 * version 24 says.
 */
final class Attentions {
  static final Map<String, Lowering> OPERATORS =
      Map.ofEntries(
          entry("Attention", Attentions::attention),
          entry("ai.onnx.preview::FlexAttention", Lowering.one(Attentions::flexible)));

  private Attentions() {}

  private static List<Item> attention(Node node, Graph g) {
    Attributes attributes = node.attributes();
    Value query = byHeads(node, g, 0, "q_num_heads");
    Value newKey = byHeads(node, g, 1, "kv_num_heads");
    Value newValue = byHeads(node, g, 2, "kv_num_heads");
    Value pastKey = node.optional(4);
    Value pastValue = node.optional(5);
    Value key = pastKey == null ? newKey : Tensors.concat(g, List.of(pastKey, newKey), 2);
    Value value = pastValue == null ? newValue : Tensors.concat(g, List.of(pastValue, newValue), 2);
    long past = pastKey == null ? 0 : pastKey.type().dim(2);
    var heads = new Heads(query, key, value);
    Mask mask = mask(node, g, heads, past);
    double scale = attributes.number("scale", heads.usualScale());
    double cap = attributes.number("softcap", 0);
    Value shown = null;
    Value result;
    if (cap == 0 && !node.wants(3)) {
      result = heads.attention(g, scale, mask);
    } else {
      Value scores = heads.scores(g, scale);
      Value capped = cap == 0 ? scores : capped(g, scores, cap);
      Value masked = heads.masked(g, capped, mask);
      Value wide = Tensors.convert(g, masked, precision(attributes, query.type().element()));
      Value weights =
          Tensors.convert(
              g, g.add(new Softmax(Softmax.Kind.SOFTMAX, wide, 3)), query.type().element());
      result = heads.weighted(g, weights);
      long mode = attributes.integer("qk_matmul_output_mode", 0);
      shown =
          switch (Math.clamp(mode, -1, 4)) {
            case 0 -> scores;
            case 1 -> capped;
            case 2 -> masked;
            case 3 -> weights;
            default -> throw new NodeFailure("qk_matmul_output_mode is %d, expected 0 to 3", mode);
          };
    }
    result = heads.zeroWhereBlind(g, result, mask);
    var outputs = new ArrayList<Item>();
    outputs.add(Item.of(node.value(0).type().rank() == 3 ? Heads.join(g, result) : result));
    outputs.add(Item.of(key));
    outputs.add(Item.of(value));
    if (shown != null) {
      outputs.add(Item.of(shown));
    }
    return outputs;
  }

  private static Value byHeads(Node node, Graph g, int input, String heads) {
    Value x = node.value(input);
    return x.type().rank() == 3 ? Heads.split(g, x, node.attributes().integer(heads)) : x;
  }

  private static Value capped(Graph g, Value scores, double cap) {
    Value part = Tensors.multiply(g, scores, 1 / cap);
    return Tensors.multiply(g, Tensors.unary(g, Unary.Kind.TANH, part), cap);
  }

  /** Only a product that is written out is rounded in between: else softmax is exact as it is. */
  private static ElementType precision(Attributes attributes, ElementType usual) {
    if (!attributes.has("softmax_precision")) {
      return usual;
    }
    ElementType element = DataTypes.of(attributes.integer("softmax_precision"));
    if (!element.isFloat()) {
      throw new NodeFailure("softmax_precision is %s, expected a float type", element);
    }
    return element;
  }

  private static Mask mask(Node node, Graph g, Heads heads, long past) {
    Value kept = null;
    Value bias = null;
    Value given = node.optional(3);
    if (given != null) {
      Value whole = whole(g, given, heads.keys(), node.opset());
      if (whole.type().element().isBoolean()) {
        kept = whole;
      } else {
        bias = Tensors.convert(g, whole, heads.query().type().element());
      }
    }
    boolean causal = node.attributes().flag("is_causal");
    Value filled = node.optional(6);
    if (filled != null) {
      Value counts = Tensors.reshape(g, filled, filled.type().elementCount(), 1, 1, 1);
      if (causal && !node.has(4)) {
        // The last query is at the last place that is filled: so this is all of the padding too.
        Value offset = Tensors.add(g, counts, (double) -heads.queries());
        Value seen = Tensors.compare(g, Compare.Kind.LESS_EQUAL, heads.distance(g), offset);
        return new Mask(Heads.both(g, kept, seen), bias, false);
      }
      TensorType places = TensorType.of(counts.type().element(), 1, 1, 1, heads.keys());
      Value present = Tensors.compare(g, Compare.Kind.LESS, g.add(new Iota(places, 3)), counts);
      kept = Heads.both(g, kept, present);
    }
    if (causal && past > 0) {
      Value seen = Tensors.compare(g, Compare.Kind.LESS_EQUAL, heads.distance(g), (double) past);
      boolean all = heads.keys() <= past + 1;
      return new Mask(all ? kept : Heads.both(g, kept, seen), bias, false);
    }
    return new Mask(kept, bias, causal);
  }

  /** Since version 24 a mask may end before the keys: those behind it do not count. */
  private static Value whole(Graph g, Value mask, long keys, long opset) {
    int rank = mask.type().rank();
    if (rank < 1 || rank > 4) {
      throw new NodeFailure("attn_mask is %s, expected rank 2 to 4", mask.type());
    }
    Value wide = Tensors.unsqueeze(g, mask, Tensors.range(0, 4 - rank));
    long own = wide.type().dim(3);
    if (own >= keys || (own == 1 && opset < 24)) {
      return wide;
    }
    Value behind =
        Tensors.fill(
            g,
            wide.type().withShape(wide.type().shape().with(3, keys - own)),
            wide.type().element().isFloat() ? Double.NEGATIVE_INFINITY : 0);
    return Tensors.concat(g, List.of(wide, behind), 3);
  }

  /** Scores and weights go through graphs that the node holds. */
  private static Value flexible(Node node, Graph g) {
    var heads = new Heads(node.value(0), node.value(1), node.value(2));
    Attributes attributes = node.attributes();
    double scale = attributes.number("scale", heads.usualScale());
    if (!attributes.has("score_mod") && !attributes.has("prob_mod")) {
      return heads.attention(g, scale, Mask.NONE);
    }
    ElementType own = heads.query().type().element();
    ElementType usual = own == ElementType.F64 ? own : ElementType.F32;
    Value scores = Tensors.convert(g, heads.scores(g, scale), precision(attributes, usual));
    Value changed = changed(node, "score_mod", scores);
    Value weights = g.add(new Softmax(Softmax.Kind.SOFTMAX, changed, 3));
    Value used = changed(node, "prob_mod", weights);
    return heads.weighted(g, Tensors.convert(g, used, own));
  }

  private static Value changed(Node node, String name, Value x) {
    if (!node.attributes().has(name)) {
      return x;
    }
    List<Item> results = node.run(node.attributes().graph(name), List.of(Item.of(x)));
    if (results.size() == 1
        && results.getFirst() instanceof Item.OfTensor(var value)
        && value.type().equals(x.type())) {
      return value;
    }
    throw new NodeFailure(
        "%s gives %d results, expected one like %s", name, results.size(), x.type());
  }
}
