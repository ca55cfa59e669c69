package dev.miser.onnx.lower;

import dev.miser.ir.op.Gather;
import dev.miser.ir.op.Slice;
import dev.miser.ir.op.Value;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.Lowering;
import dev.miser.onnx.graph.Node;
import dev.miser.onnx.graph.NodeFailure;
import dev.miser.onnx.graph.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Rotary embedding: pairs of elements are turned by angles that depend on their place. */
final class Rotary {
  static final Map<String, Lowering> OPERATORS =
      Map.of("RotaryEmbedding", Lowering.one(Rotary::rotary));

  private Rotary() {}

  private static Value rotary(Node node, Graph g) {
    Value x = node.value(0);
    // As [batch, sequence, heads, depth], or with heads in front of the sequence if x is so.
    boolean headsFirst = x.type().rank() == 4;
    Value apart = headsFirst ? x : byHeads(node, g, x);
    long depth = apart.type().dim(3);
    long turned = node.attributes().integer("rotary_embedding_dim", 0);
    turned = turned == 0 ? depth : turned;
    if (turned < 0 || turned > depth || turned % 2 != 0) {
      throw new NodeFailure("rotary_embedding_dim is %d, expected even, to %d", turned, depth);
    }
    Value cos = angles(node, g, 1, turned / 2, headsFirst);
    Value sin = angles(node, g, 2, turned / 2, headsFirst);
    Value part = Tensors.slice(g, apart, 3, 0, turned);
    boolean interleaved = node.attributes().flag("interleaved");
    Value first;
    Value second;
    if (interleaved) {
      first = everySecond(g, part, 0);
      second = everySecond(g, part, 1);
    } else {
      first = Tensors.slice(g, part, 3, 0, turned / 2);
      second = Tensors.slice(g, part, 3, turned / 2, turned);
    }
    Value real =
        Tensors.subtract(g, Tensors.multiply(g, cos, first), Tensors.multiply(g, sin, second));
    Value imaginary =
        Tensors.add(g, Tensors.multiply(g, sin, first), Tensors.multiply(g, cos, second));
    var parts = new ArrayList<Value>();
    if (interleaved) {
      List<Integer> last = List.of(4);
      Value both =
          Tensors.concat(
              g,
              List.of(Tensors.unsqueeze(g, real, last), Tensors.unsqueeze(g, imaginary, last)),
              4);
      parts.add(Tensors.reshape(g, both, part.type().shape()));
    } else {
      parts.add(real);
      parts.add(imaginary);
    }
    if (turned < depth) {
      parts.add(Tensors.slice(g, apart, 3, turned, depth));
    }
    return Tensors.reshape(g, Tensors.concat(g, parts, 3), x.type().shape());
  }

  private static Value everySecond(Graph g, Value x, long from) {
    return g.add(
        new Slice(x, List.of(0L, 0L, 0L, from), x.type().shape().dims(), List.of(1L, 1L, 1L, 2L)));
  }

  private static Value byHeads(Node node, Graph g, Value x) {
    long heads = node.attributes().integer("num_heads", 0);
    if (x.type().rank() != 3 || heads < 1 || x.type().dim(2) % heads != 0) {
      throw new NodeFailure(
          "input is %s with num_heads %d, expected rank 4, or rank 3 that divides into heads",
          x.type(), heads);
    }
    return Tensors.reshape(g, x, x.type().dim(0), x.type().dim(1), heads, x.type().dim(2) / heads);
  }

  /** Returns one number for each pair of each place, with an axis of size 1 for the heads. */
  private static Value angles(Node node, Graph g, int input, long pairs, boolean headsFirst) {
    Value cache = node.value(input);
    Value places = node.optional(3);
    int rank = places == null ? 3 : 2;
    if (cache.type().rank() != rank || cache.type().dim(rank - 1) < pairs) {
      throw new NodeFailure(
          "%s is %s, expected rank %d and at least %d as last size",
          input == 1 ? "cos_cache" : "sin_cache", cache.type(), rank, pairs);
    }
    Value used = Tensors.slice(g, cache, rank - 1, 0, pairs);
    Value each = places == null ? used : g.add(new Gather(used, places, 0, true));
    return Tensors.unsqueeze(g, each, List.of(headsFirst ? 1 : 2));
  }
}
