package dev.miser.onnx.lower;

import static java.util.Map.entry;

import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Iota;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
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
import org.jspecify.annotations.Nullable;

/**
 * Attention as Microsoft's operator set has it: with the projections of the input, or with queries,
 * keys and values that share one bias. What a mask keeps out is pushed down by a number, not left
 * out: a query of which all keys are pushed down sees them all alike.
 */
final class MicrosoftAttention {
  static final Map<String, Lowering> OPERATORS =
      Map.ofEntries(
          entry("com.microsoft::Attention", (node, g) -> new MicrosoftAttention(node, g).whole()),
          entry(
              "com.microsoft::MultiHeadAttention",
              (node, g) -> new MicrosoftAttention(node, g).multiHead()));

  private final Node node;
  private final Graph g;
  private final long count;

  private MicrosoftAttention(Node node, Graph g) {
    this.node = node;
    this.g = g;
    this.count = node.attributes().integer("num_heads");
    if (node.attributes().flag("do_rotary")
        || node.attributes().flag("past_present_share_buffer")) {
      throw new NodeFailure("it turns its input or writes into its past, which is not supported");
    }
  }

  /** One product projects the input to queries, keys and values, which lie beside each other. */
  private List<Item> whole() {
    Value x = node.value(0);
    Value weights = node.value(1);
    if (x.type().rank() != 3 || weights.type().rank() != 2) {
      throw new NodeFailure(
          "input is %s and weights %s, expected rank 3 and 2", x.type(), weights.type());
    }
    if (node.has(6)) {
      throw new NodeFailure("past_sequence_length is given, which is not supported");
    }
    long columns = weights.type().dim(1);
    List<Long> sizes =
        node.attributes()
            .integers("qkv_hidden_sizes", List.of(columns / 3, columns / 3, columns / 3));
    if (sizes.size() != 3
        || sizes.stream().anyMatch(size -> size < 0 || size > columns)
        || sizes.stream().mapToLong(Long::longValue).sum() != columns) {
      throw new NodeFailure("sizes %s do not divide weights %s", sizes, weights.type());
    }
    Value product = Products.product(g, x, weights);
    Value bias = node.optional(2);
    Value all = bias == null ? product : Tensors.add(g, product, bias);
    long toKey = sizes.get(0);
    long toValue = toKey + sizes.get(1);
    Value query = Heads.split(g, Tensors.slice(g, all, 2, 0, toKey), count);
    Value key = Heads.split(g, Tensors.slice(g, all, 2, toKey, toValue), count);
    Value value = Heads.split(g, Tensors.slice(g, all, 2, toValue, columns), count);
    Value past = node.optional(4);
    if (past != null) {
      key = Tensors.concat(g, List.of(half(past, 0), key), 2);
      value = Tensors.concat(g, List.of(half(past, 1), value), 2);
    }
    var heads = new Heads(query, key, value);
    var outputs = new ArrayList<Item>();
    outputs.add(Item.of(attended(heads, 3, 5)));
    if (node.wants(1)) {
      List<Integer> first = List.of(0);
      outputs.add(
          Item.of(
              Tensors.concat(
                  g,
                  List.of(Tensors.unsqueeze(g, key, first), Tensors.unsqueeze(g, value, first)),
                  0)));
    }
    return outputs;
  }

  private Value half(Value past, long index) {
    return Tensors.squeeze(g, Tensors.slice(g, past, 0, index, index + 1), List.of(0));
  }

  private List<Item> multiHead() {
    if (node.has(8) || node.has(9) || node.wants(3)) {
      throw new NodeFailure("it shares a cache or shows its scores, which is not supported");
    }
    Value query = node.value(0);
    Value key = node.optional(1);
    Value value = node.optional(2);
    Value bias = node.optional(3);
    if (query.type().rank() == 5 && key == null && value == null) {
      key = packed(query, 3, 1);
      value = packed(query, 3, 2);
      query = packed(query, 3, 0);
    } else if (key != null && key.type().rank() == 5 && value == null) {
      value = packed(key, 2, 1);
      key = packed(key, 2, 0);
    } else if (key == null || value == null) {
      throw new NodeFailure("query is %s, and key or value is missing", query.type());
    }
    if (bias != null) {
      // Keys and values that are by heads already come from an earlier step, with their bias.
      long own = query.type().dim(2);
      long ofKey = key.type().rank() == 3 ? key.type().dim(2) : own;
      query = Tensors.add(g, query, Tensors.slice(g, bias, 0, 0, own));
      if (key.type().rank() == 3) {
        key = Tensors.add(g, key, Tensors.slice(g, bias, 0, own, own + ofKey));
      }
      if (value.type().rank() == 3) {
        value = Tensors.add(g, value, Tensors.slice(g, bias, 0, own + ofKey, bias.type().dim(0)));
      }
    }
    key = key.type().rank() == 3 ? Heads.split(g, key, count) : key;
    value = value.type().rank() == 3 ? Heads.split(g, value, count) : value;
    if (node.has(6) && node.has(7)) {
      key = Tensors.concat(g, List.of(node.value(6), key), 2);
      value = Tensors.concat(g, List.of(node.value(7), value), 2);
    }
    Value attended = attended(new Heads(Heads.split(g, query, count), key, value), 4, 5);
    return List.of(Item.of(attended), Item.of(key), Item.of(value));
  }

  /** Returns one part of [batch, sequence, heads, parts, depth] as [batch, sequence, width]. */
  private Value packed(Value x, long parts, long index) {
    TensorType type = x.type();
    if (type.dim(3) != parts) {
      throw new NodeFailure("packed input is %s, expected %d parts at axis 3", type, parts);
    }
    Value part = Tensors.slice(g, x, 3, index, index + 1);
    return Tensors.reshape(g, part, type.dim(0), type.dim(1), type.dim(2) * type.dim(4));
  }

  /** Returns [batch, queries, heads * width]. */
  private Value attended(Heads heads, int maskInput, int biasInput) {
    Value bias = pushed(heads, node.optional(maskInput));
    Value given = node.optional(biasInput);
    if (given != null) {
      bias = bias == null ? given : Tensors.add(g, given, bias);
    }
    long past = heads.keys() - heads.queries();
    boolean causal = node.attributes().flag("unidirectional");
    Value seen =
        causal && past > 0
            ? Tensors.compare(g, Compare.Kind.LESS_EQUAL, heads.distance(g), (double) past)
            : null;
    double scale = node.attributes().number("scale", 0);
    var mask = new Mask(seen, bias, causal && past <= 0);
    return Heads.join(g, heads.attention(g, scale == 0 ? heads.usualScale() : scale, mask));
  }

  /** Returns what a mask adds to the scores, or null if there is none. */
  private @Nullable Value pushed(Heads heads, @Nullable Value mask) {
    if (mask == null) {
      return null;
    }
    ElementType element = heads.query().type().element();
    double filter = node.attributes().number("mask_filter_value", -10000);
    return Tensors.select(
        g, kept(heads, mask), Tensors.scalar(g, element, 0), Tensors.scalar(g, element, filter));
  }

  /** Returns which scores a mask keeps, with rank 4. */
  private Value kept(Heads heads, Value mask) {
    TensorType type = mask.type();
    long batch = heads.query().type().dim(0);
    long keys = heads.keys();
    if (type.rank() == 1 && (type.dim(0) == batch || type.dim(0) == 2 * batch)) {
      Value places = g.add(new Iota(TensorType.of(type.element(), 1, 1, 1, keys), 3));
      Value ends = Tensors.reshape(g, Tensors.slice(g, mask, 0, 0, batch), batch, 1, 1, 1);
      Value before = Tensors.compare(g, Compare.Kind.LESS, places, ends);
      if (type.dim(0) == batch) {
        return before;
      }
      Value starts =
          Tensors.reshape(g, Tensors.slice(g, mask, 0, batch, 2 * batch), batch, 1, 1, 1);
      Value behind = Tensors.compare(g, Compare.Kind.GREATER_EQUAL, places, starts);
      return Tensors.binary(g, Binary.Kind.AND, before, behind);
    }
    Value wide =
        switch (type.rank()) {
          case 2 -> Tensors.unsqueeze(g, mask, List.of(1, 2));
          case 3 -> Tensors.unsqueeze(g, mask, List.of(1));
          case 4 -> {
            long past = keys - heads.queries();
            Value rows = Tensors.slice(g, mask, 2, past, keys);
            yield Tensors.slice(g, rows, 3, 0, keys);
          }
          default -> throw new NodeFailure("a mask of type %s is not supported", type);
        };
    return type.element().isBoolean() ? wide : Tensors.compare(g, Compare.Kind.GREATER, wide, 0);
  }
}
