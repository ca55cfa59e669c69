package dev.miser.onnx.export;

import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.proto.Onnx.AttributeProto;
import dev.miser.onnx.proto.Onnx.NodeProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * The nodes and constants of an ONNX graph while they are written. A {@link Value} here is one of
 * the graph's: its name is unique there, and never empty.
 */
final class GraphDraft {
  private final Set<String> names = new HashSet<>();
  private final List<NodeProto.Builder> nodes = new ArrayList<>();
  private final Map<String, Integer> definitions = new HashMap<>();
  private final SequencedMap<Literal, Value> constants = new LinkedHashMap<>();
  private String prefix = "value";
  private int first;

  /** Returns a name that nothing else in the graph has: the one wanted if it is free. */
  String unique(String wanted) {
    String base = wanted.isEmpty() ? "value" : wanted;
    String candidate = base;
    for (int i = 1; !names.add(candidate); i++) {
      candidate = base + "." + i;
    }
    return candidate;
  }

  /** Begins the nodes of one instruction; what they define is called after it. */
  void begin(String name) {
    prefix = name;
    first = nodes.size();
  }

  /** Adds a node with one result. */
  Value node(String operator, TensorType type, List<Value> inputs, AttributeProto... attributes) {
    return nodes(operator, List.of(type), inputs, attributes).getFirst();
  }

  /** Adds a node with several results. */
  List<Value> nodes(
      String operator, List<TensorType> types, List<Value> inputs, AttributeProto... attributes) {
    var node = NodeProto.newBuilder().setOpType(operator).addAllAttribute(List.of(attributes));
    inputs.forEach(input -> node.addInput(input.name()));
    var results = new ArrayList<Value>();
    for (TensorType type : types) {
      Value result = new Value(unique(prefix + "." + operator), type);
      definitions.put(result.name(), nodes.size());
      node.addOutput(result.name());
      results.add(result);
    }
    nodes.add(node);
    return results;
  }

  /**
   * Gives a value that a node of the present instruction defines the name that the instruction has;
   * a value from elsewhere keeps its own. Returns the value under its name.
   *
   * @param name a name that was taken with {@link #unique} and that nothing else has
   */
  Value named(Value value, String name) {
    Integer definition = definitions.get(value.name());
    if (definition == null || definition < first) {
      return value;
    }
    for (NodeProto.Builder node : nodes.subList(definition, nodes.size())) {
      for (int i = 0; i < node.getInputCount(); i++) {
        if (node.getInput(i).equals(value.name())) {
          node.setInput(i, name);
        }
      }
      for (int i = 0; i < node.getOutputCount(); i++) {
        if (node.getOutput(i).equals(value.name())) {
          node.setOutput(i, name);
        }
      }
    }
    definitions.put(name, definition);
    return new Value(name, value.type());
  }

  /** Keeps the name of a value whatever instruction it turns out to be the result of. */
  Value keepingName(Value value) {
    definitions.remove(value.name());
    return value;
  }

  /** Returns a constant; equal ones are one initializer. */
  Value constant(Literal literal) {
    return constants.computeIfAbsent(
        literal, l -> new Value(unique("constant." + constants.size()), l.type()));
  }

  /** Returns a scalar constant of a float type, rounded to it. */
  Value scalar(ElementType element, double value) {
    return constant(Literal.splat(new TensorType(element, Shape.SCALAR), value));
  }

  /** Returns a scalar constant of an integer or boolean type, wrapped to it. */
  Value scalar(ElementType element, long value) {
    return constant(Literal.splat(new TensorType(element, Shape.SCALAR), value));
  }

  /** Returns a vector of sizes, axes or positions, as many operators want them. */
  Value integers(List<Long> values) {
    return constant(
        Literal.ofLongs(
            TensorType.of(ElementType.I64, values.size()),
            values.stream().mapToLong(Long::longValue).toArray()));
  }

  /** Returns the constants that some node may read, by literal. */
  SequencedMap<Literal, Value> constants() {
    return constants;
  }

  /** Returns the nodes, each after those that it reads. */
  List<NodeProto> nodes() {
    return nodes.stream().map(NodeProto.Builder::build).toList();
  }
}
