package dev.miser.onnx.lower;

import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Dot;
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
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Attention without softmax, whose past is a state: a matrix for each head that maps keys to
 * values. Each step lets the state decay, writes the outer product of key and value (or of what the
 * state gets wrong of it), and reads the state with the query. Without decay and correction all
 * steps are a few products; else they are unrolled. All is computed in f32 at least.
 */
final class LinearAttention {
  static final Map<String, Lowering> OPERATORS =
      Map.of("LinearAttention", Lowering.many((node, g) -> new LinearAttention(node, g).outputs()));

  private final Node node;
  private final Graph g;
  private final long queryHeads;
  private final long heads;
  private final long batch;
  private final long steps;
  private final long depth;
  private final long width;
  private final ElementType wide;
  private final double scale;

  private LinearAttention(Node node, Graph g) {
    this.node = node;
    this.g = g;
    Attributes attributes = node.attributes();
    this.queryHeads = attributes.integer("q_num_heads");
    this.heads = attributes.integer("kv_num_heads");
    TensorType query = node.value(0).type();
    TensorType value = node.value(2).type();
    if (heads < 1 || queryHeads < 1 || queryHeads % heads != 0) {
      throw new NodeFailure(
          "q_num_heads is %d, expected a multiple of kv_num_heads, %d", queryHeads, heads);
    }
    if (query.rank() != 3
        || value.rank() != 3
        || query.dim(2) % queryHeads != 0
        || value.dim(2) % heads != 0) {
      throw new NodeFailure(
          "query %s and value %s do not divide into %d and %d heads",
          query, value, queryHeads, heads);
    }
    this.batch = query.dim(0);
    this.steps = query.dim(1);
    this.depth = query.dim(2) / queryHeads;
    this.width = value.dim(2) / heads;
    this.wide = query.element() == ElementType.F64 ? ElementType.F64 : ElementType.F32;
    double given = attributes.number("scale", 0);
    this.scale = given == 0 ? 1 / Math.sqrt((double) depth) : given;
  }

  private List<Value> outputs() {
    String rule = node.attributes().text("update_rule", "gated_delta");
    boolean decays = rule.equals("gated") || rule.equals("gated_delta");
    boolean corrects = rule.equals("delta") || rule.equals("gated_delta");
    if (!decays && !corrects && !rule.equals("linear")) {
      throw new NodeFailure(
          "update_rule is '%s', expected linear, gated, delta or gated_delta", rule);
    }
    if (node.has(4) != decays || node.has(5) != corrects || (node.has(6) && !corrects)) {
      throw new NodeFailure("update_rule '%s' does not fit the inputs that are given", rule);
    }
    return decays || corrects ? stepwise() : atOnce();
  }

  /** Returns [batch, steps, count * n] in wide elements as [batch, count, steps, n]. */
  private Value split(int input, long count) {
    return Heads.split(g, Tensors.convert(g, node.value(input), wide), count);
  }

  private @Nullable Value past() {
    Value past = node.optional(3);
    if (past != null && !past.type().shape().equals(Shape.of(batch, heads, depth, width))) {
      throw new NodeFailure(
          "past_state is %s, expected shape %s", past.type(), Shape.of(batch, heads, depth, width));
    }
    return past == null ? null : Tensors.convert(g, past, wide);
  }

  /** Returns output and state in the types that they have outside. */
  private List<Value> outputs(Value read, Value state) {
    ElementType element = node.value(0).type().element();
    Value past = node.optional(3);
    ElementType stateElement = past == null ? element : past.type().element();
    Value joined = Heads.join(g, Tensors.convert(g, read, element));
    return List.of(joined, Tensors.convert(g, state, stateElement));
  }

  /** Each query reads what the keys up to its own step wrote: a masked product of both. */
  private List<Value> atOnce() {
    var all = new Heads(split(0, queryHeads), split(1, heads), split(2, heads));
    Value seen = Tensors.compare(g, Compare.Kind.LESS_EQUAL, all.distance(g), 0);
    Value weights = Tensors.select(g, seen, all.scores(g, scale), Tensors.scalar(g, wide, 0));
    Value read = all.weighted(g, weights);
    Value state = g.add(new Dot(all.key(), all.value(), true, false));
    Value past = past();
    if (past != null) {
      Value scaled = Tensors.multiply(g, all.query(), scale);
      read = Tensors.add(g, read, read(scaled, past, steps));
      state = Tensors.add(g, past, state);
    }
    return outputs(read, state);
  }

  /** Returns queries [batch, query heads, n, depth] times the state of their heads. */
  private Value read(Value queries, Value state, long n) {
    Value grouped = Tensors.reshape(g, queries, batch, heads, queryHeads / heads * n, depth);
    Value product = g.add(new Dot(grouped, state, false, false));
    return Tensors.reshape(g, product, batch, queryHeads, n, width);
  }

  private List<Value> stepwise() {
    Value query = Tensors.multiply(g, split(0, queryHeads), scale);
    Value key = split(1, heads);
    Value value = split(2, heads);
    Value factor = decay();
    Value rate = rate();
    Value erased = node.has(6) ? Tensors.multiply(g, split(6, heads), key) : key;
    Value state = past();
    var reads = new ArrayList<Value>();
    for (long step = 0; step < steps; step++) {
      if (state != null && factor != null) {
        // Of rows of the state, [batch, heads, depth or 1, 1].
        Value row = at(factor, step);
        Value column = Tensors.reshape(g, row, batch, heads, row.type().dim(3), 1);
        state = Tensors.multiply(g, state, column);
      }
      Value written = at(value, step);
      if (rate != null) {
        if (state != null) {
          Value known = g.add(new Dot(at(erased, step), state, false, false));
          written = Tensors.subtract(g, written, known);
        }
        written = Tensors.multiply(g, written, at(rate, step));
      }
      Value outer = g.add(new Dot(at(key, step), written, true, false));
      state = state == null ? outer : Tensors.add(g, state, outer);
      reads.add(read(at(query, step), state, 1));
    }
    Value last =
        state != null ? state : Tensors.fill(g, TensorType.of(wide, batch, heads, depth, width), 0);
    Value read =
        reads.isEmpty()
            ? Tensors.fill(g, TensorType.of(wide, batch, queryHeads, 0, width), 0)
            : Tensors.concat(g, reads, 2);
    return outputs(read, last);
  }

  private Value at(Value x, long step) {
    return Tensors.slice(g, x, 2, step, step + 1);
  }

  /** Returns what the state is multiplied by, [batch, heads, steps, depth or 1], or null. */
  private @Nullable Value decay() {
    if (!node.has(4)) {
      return null;
    }
    Value decay = split(4, heads);
    long own = decay.type().dim(3);
    if (own != 1 && own != depth) {
      throw new NodeFailure(
          "decay is %s, expected %d or %d as last size",
          node.value(4).type(), heads, heads * depth);
    }
    return Tensors.unary(g, Unary.Kind.EXP, decay);
  }

  /** Returns how much of the error is corrected, [batch, heads or 1, steps, 1], or null. */
  private @Nullable Value rate() {
    if (!node.has(5)) {
      return null;
    }
    TensorType type = node.value(5).type();
    long own = type.rank() == 3 ? type.dim(2) : 0;
    if (own != 1 && own != heads) {
      throw new NodeFailure("beta is %s, expected %d or 1 as last size", type, heads);
    }
    return split(5, own);
  }
}
