package dev.miser.onnx.lower;

import dev.miser.ir.op.Value;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.Item;
import dev.miser.onnx.graph.Lowering;
import dev.miser.onnx.graph.Node;
import dev.miser.onnx.graph.NodeFailure;
import dev.miser.onnx.graph.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A choice between two graphs. If the condition is known at import only the graph taken becomes
 * instructions. Else both do, and their results are chosen from: programs have no control flow. So
 * what is a checked failure in the graph not taken, such as an index out of range, is a failure of
 * the step.
 */
final class Branches {
  static final Map<String, Lowering> OPERATORS = Map.of("If", Branches::choice);

  private Branches() {}

  private static List<Item> choice(Node node, Graph g) {
    Value condition = node.value(0);
    if (g.elements(condition) != null) {
      boolean holds = Tensors.knownLong(g, "cond", condition) != 0;
      return node.run(node.attributes().graph(holds ? "then_branch" : "else_branch"), List.of());
    }
    List<Item> onTrue = node.run(node.attributes().graph("then_branch"), List.of());
    List<Item> onFalse = node.run(node.attributes().graph("else_branch"), List.of());
    if (onTrue.size() != onFalse.size()) {
      throw new NodeFailure("its branches have %d and %d results", onTrue.size(), onFalse.size());
    }
    return chosen(g, condition, onTrue, onFalse);
  }

  /**
   * Returns items of the first list where a condition of one element holds, else of the second.
   *
   * @throws NodeFailure if they are of different types: shapes do not depend on elements
   */
  static List<Item> chosen(Graph g, Value condition, List<Item> onTrue, List<Item> onFalse) {
    Value scalar = Tensors.reshape(g, condition);
    var chosen = new ArrayList<Item>();
    for (int i = 0; i < onTrue.size(); i++) {
      chosen.add(chosen(g, scalar, onTrue.get(i), onFalse.get(i)));
    }
    return chosen;
  }

  private static Item chosen(Graph g, Value condition, Item onTrue, Item onFalse) {
    if (onTrue.equals(onFalse)) {
      return onTrue;
    }
    if (onTrue instanceof Item.OfTensor(var a)
        && onFalse instanceof Item.OfTensor(var b)
        && a.type().equals(b.type())) {
      return Item.of(Tensors.select(g, condition, a, b));
    }
    if (onTrue instanceof Item.OfSequence(var a)
        && onFalse instanceof Item.OfSequence(var b)
        && a.size() == b.size()) {
      return new Item.OfSequence(chosen(g, condition, a, b));
    }
    throw new NodeFailure(
        "a condition that depends on inputs chooses between %s and %s, expected equal types",
        described(onTrue), described(onFalse));
  }

  private static String described(Item item) {
    return switch (item) {
      case Item.OfTensor(var value) -> value.type().toString();
      case Item.OfSequence(var items) -> "a sequence of " + items.size();
      case Item.Absent absent -> "an optional without a value";
      case Item.Failed failed -> throw new IllegalStateException("a refused result was returned");
    };
  }
}
