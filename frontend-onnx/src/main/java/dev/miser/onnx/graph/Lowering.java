package dev.miser.onnx.graph;

import dev.miser.ir.op.Value;
import java.util.List;

/** What one operator means: adds instructions to the graph, and returns the node's outputs. */
@FunctionalInterface
public interface Lowering {
  /**
   * Returns the outputs in order; trailing ones may be missing if the node does not want them.
   *
   * @throws NodeFailure if the node has no meaning as instructions
   */
  List<Item> lower(Node node, Graph graph);

  /** The meaning of an operator whose only output is a tensor. */
  @FunctionalInterface
  interface One {
    Value lower(Node node, Graph graph);
  }

  /** The meaning of an operator whose outputs are tensors. */
  @FunctionalInterface
  interface Many {
    List<Value> lower(Node node, Graph graph);
  }

  static Lowering one(One meaning) {
    return (node, graph) -> List.of(Item.of(meaning.lower(node, graph)));
  }

  static Lowering many(Many meaning) {
    return (node, graph) -> meaning.lower(node, graph).stream().map(Item::of).toList();
  }
}
