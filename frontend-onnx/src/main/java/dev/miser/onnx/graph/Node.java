package dev.miser.onnx.graph;

import dev.miser.ir.op.Value;
import dev.miser.onnx.proto.Onnx.GraphProto;
import dev.miser.onnx.proto.Onnx.NodeProto;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One node with what its inputs stand for. */
public final class Node {
  /** Turns the graphs that a node holds into instructions. */
  public interface Bodies {
    /**
     * Returns the outputs of a graph whose inputs stand for these items. Names of the graph around
     * it are seen.
     */
    List<Item> run(GraphProto body, List<Item> inputs);
  }

  private final NodeProto proto;
  private final long opset;
  private final Attributes attributes;
  private final List<Item> inputs;
  private final Bodies bodies;

  public Node(
      NodeProto proto, long opset, Attributes attributes, List<Item> inputs, Bodies bodies) {
    this.proto = proto;
    this.opset = opset;
    this.attributes = attributes;
    this.inputs = List.copyOf(inputs);
    this.bodies = bodies;
  }

  /** Returns the operator's name. */
  public String operator() {
    return proto.getOpType();
  }

  /** Returns the version of the operator set that the node's graph speaks. */
  public long opset() {
    return opset;
  }

  public Attributes attributes() {
    return attributes;
  }

  /** Returns the number of inputs that are written, among them those left out by an empty name. */
  public int inputCount() {
    return inputs.size();
  }

  /** Returns whether input {@code i} is given. */
  public boolean has(int i) {
    return i < inputs.size() && !(inputs.get(i) instanceof Item.Absent);
  }

  /** Returns what input {@code i} stands for. */
  public Item item(int i) {
    return i < inputs.size() ? inputs.get(i) : Item.ABSENT;
  }

  /**
   * Returns the tensor that is input {@code i}.
   *
   * @throws NodeFailure if it is missing or no tensor
   */
  public Value value(int i) {
    return tensor(item(i), i);
  }

  /** Returns the tensor that is input {@code i}, or null if it is left out. */
  public @Nullable Value optional(int i) {
    return has(i) ? tensor(inputs.get(i), i) : null;
  }

  /** Returns all inputs from {@code first} on, which must be tensors. */
  public List<Value> values(int first) {
    var values = new java.util.ArrayList<Value>();
    for (int i = first; i < inputs.size(); i++) {
      values.add(value(i));
    }
    return values;
  }

  private static Value tensor(Item item, int i) {
    return switch (item) {
      case Item.OfTensor(var value) -> value;
      case Item.OfSequence sequence ->
          throw new NodeFailure("input %d is a sequence, expected a tensor", i);
      case Item.Absent absent -> throw new NodeFailure("input %d is missing", i);
      case Item.Failed failed -> throw new IllegalStateException("input " + i + " was refused");
    };
  }

  /** Returns the number of outputs that are written. */
  public int outputCount() {
    return proto.getOutputCount();
  }

  /** Returns whether somebody may read output {@code i}. */
  public boolean wants(int i) {
    return i < proto.getOutputCount() && !proto.getOutput(i).isEmpty();
  }

  /** Turns a graph that this node holds into instructions; returns what its outputs stand for. */
  public List<Item> run(GraphProto body, List<Item> bodyInputs) {
    return bodies.run(body, bodyInputs);
  }
}
