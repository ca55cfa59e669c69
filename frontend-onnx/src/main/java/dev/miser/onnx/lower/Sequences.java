package dev.miser.onnx.lower;

import static dev.miser.onnx.graph.Lowering.one;
import static java.util.Map.entry;

import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.Item;
import dev.miser.onnx.graph.Lowering;
import dev.miser.onnx.graph.Node;
import dev.miser.onnx.graph.NodeFailure;
import dev.miser.onnx.graph.Tensors;
import dev.miser.onnx.proto.Onnx.GraphProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Operators over sequences and optionals. Both exist at import only: how long a sequence is and
 * which of its elements is meant must be known there, so that nothing of them is left in a program.
 */
final class Sequences {
  static final Map<String, Lowering> OPERATORS =
      Map.ofEntries(
          entry("ConcatFromSequence", one(Sequences::concat)),
          entry("Optional", (node, g) -> List.of(node.item(0))),
          entry("OptionalGetElement", (node, g) -> List.of(content(node))),
          entry("OptionalHasElement", one(Sequences::hasElement)),
          entry("SequenceAt", (node, g) -> List.of(at(node, g))),
          entry("SequenceConstruct", (node, g) -> List.of(construct(node))),
          entry("SequenceEmpty", (node, g) -> List.of(new Item.OfSequence(List.of()))),
          entry("SequenceErase", (node, g) -> List.of(erase(node, g))),
          entry("SequenceInsert", (node, g) -> List.of(insert(node, g))),
          entry("SequenceLength", one(Sequences::length)),
          entry("SequenceMap", (node, g) -> map(node)),
          entry("SplitToSequence", (node, g) -> List.of(split(node, g))));

  /** Each part is an instruction of the program. */
  private static final int MOST_PARTS = 10_000;

  private Sequences() {}

  private static List<Item> sequence(Node node, int input) {
    return switch (node.item(input)) {
      case Item.OfSequence(var items) -> items;
      case Item.OfTensor(var value) ->
          throw new NodeFailure("input %d is %s, expected a sequence", input, value.type());
      case Item.Absent absent -> throw new NodeFailure("input %d is missing", input);
      case Item.Failed failed -> throw new IllegalStateException("input was refused");
    };
  }

  private static Item construct(Node node) {
    var items = new ArrayList<Item>();
    node.values(0).forEach(value -> items.add(Item.of(value)));
    return new Item.OfSequence(items);
  }

  /** Returns a position that an input names, counted from the front. */
  private static int position(Node node, Graph g, int input, int limit) {
    long position = Tensors.knownLong(g, "position", node.value(input));
    long fromFront = position < 0 ? position + limit : position;
    if (fromFront < 0 || fromFront >= limit) {
      throw new NodeFailure("position %d is not in [%d, %d)", position, -limit, limit);
    }
    return (int) fromFront;
  }

  private static Item at(Node node, Graph g) {
    List<Item> items = sequence(node, 0);
    return items.get(position(node, g, 1, items.size()));
  }

  private static Item erase(Node node, Graph g) {
    var items = new ArrayList<>(sequence(node, 0));
    items.remove(position(node, g, items));
    return new Item.OfSequence(items);
  }

  /** The last one, if no position is given. */
  private static int position(Node node, Graph g, List<Item> items) {
    if (items.isEmpty()) {
      throw new NodeFailure("the sequence is empty");
    }
    return node.has(1) ? position(node, g, 1, items.size()) : items.size() - 1;
  }

  /** Negative positions count from the end: -1 is before the last element. */
  private static Item insert(Node node, Graph g) {
    var items = new ArrayList<>(sequence(node, 0));
    int size = items.size();
    if (size >= MOST_PARTS) {
      throw new NodeFailure("the sequence would have more than %d elements", MOST_PARTS);
    }
    long position = node.has(2) ? Tensors.knownLong(g, "position", node.value(2)) : size;
    long fromFront = position < 0 ? position + size : position;
    if (fromFront < 0 || fromFront > size) {
      throw new NodeFailure("position %d is not in [%d, %d]", position, -size, size);
    }
    items.add((int) fromFront, Item.of(node.value(1)));
    return new Item.OfSequence(items);
  }

  private static Value length(Node node, Graph g) {
    long length = sequence(node, 0).size();
    return Tensors.longs(g, TensorType.of(ElementType.I64), List.of(length));
  }

  private static Value concat(Node node, Graph g) {
    var values = new ArrayList<Value>();
    for (Item item : sequence(node, 0)) {
      if (!(item instanceof Item.OfTensor(var value))) {
        throw new NodeFailure("an element of the sequence is no tensor");
      }
      values.add(value);
    }
    if (values.isEmpty()) {
      throw new NodeFailure("the sequence is empty");
    }
    int rank = values.getFirst().type().rank();
    if (!node.attributes().flag("new_axis")) {
      return Tensors.concat(g, values, Tensors.axis(node.attributes().integer("axis"), rank));
    }
    int axis = Tensors.axis(node.attributes().integer("axis"), rank + 1);
    values.replaceAll(
        value -> Tensors.unsqueeze(g, value, List.of(Math.min(axis, value.type().rank()))));
    return Tensors.concat(g, values, axis);
  }

  /** A scalar is the size of every part but the last; without one each part has size 1. */
  private static Item split(Node node, Graph g) {
    Value x = node.value(0);
    int axis = Tensors.axis(node.attributes().integer("axis", 0), x.type().rank());
    long size = x.type().dim(axis);
    List<Long> sizes;
    if (!node.has(1)) {
      sizes = even(size, 1);
    } else {
      List<Long> given = Tensors.knownLongs(g, "split", node.value(1));
      sizes = node.value(1).type().rank() == 0 ? even(size, given.getFirst()) : given;
    }
    if (sizes.stream().anyMatch(s -> s < 0)
        || sizes.stream().mapToLong(Long::longValue).sum() != size) {
      throw new NodeFailure("sizes %s do not split axis %d of %s", sizes, axis, x.type());
    }
    boolean keepAxis = node.has(1) || node.attributes().integer("keepdims", 1) != 0;
    var parts = new ArrayList<Item>();
    long from = 0;
    for (long part : sizes) {
      Value slice = Tensors.slice(g, x, axis, from, from + part);
      parts.add(Item.of(keepAxis ? slice : Tensors.squeeze(g, slice, List.of(axis))));
      from += part;
    }
    return new Item.OfSequence(parts);
  }

  private static List<Long> even(long size, long part) {
    if (part < 1) {
      throw new NodeFailure("split is %d, expected at least 1", part);
    }
    if (Math.ceilDiv(size, part) > MOST_PARTS) {
      throw new NodeFailure("more than %d parts of size %d", MOST_PARTS, part);
    }
    return Shapes.parts(size, part);
  }

  /** Runs the body for each element of the first sequence, and of further ones the same. */
  private static List<Item> map(Node node) {
    List<Item> first = sequence(node, 0);
    GraphProto body = node.attributes().graph("body");
    var outputs = new ArrayList<List<Item>>();
    for (int o = 0; o < body.getOutputCount(); o++) {
      outputs.add(new ArrayList<>());
    }
    for (int i = 0; i < first.size(); i++) {
      var inputs = new ArrayList<Item>(List.of(first.get(i)));
      for (int input = 1; input < node.inputCount(); input++) {
        inputs.add(mapped(node, input, i));
      }
      List<Item> results = node.run(body, inputs);
      for (int o = 0; o < results.size(); o++) {
        outputs.get(o).add(results.get(o));
      }
    }
    return outputs.stream().<Item>map(Item.OfSequence::new).toList();
  }

  private static Item mapped(Node node, int input, int at) {
    if (!(node.item(input) instanceof Item.OfSequence(var items))) {
      return node.item(input);
    }
    if (at >= items.size()) {
      throw new NodeFailure("input %d has %d elements, the first has more", input, items.size());
    }
    return items.get(at);
  }

  private static Value hasElement(Node node, Graph g) {
    boolean has = !(node.item(0) instanceof Item.Absent);
    return Tensors.longs(g, TensorType.of(ElementType.BOOL), List.of(has ? 1L : 0L));
  }

  private static Item content(Node node) {
    if (node.item(0) instanceof Item.Absent) {
      throw new NodeFailure("the optional holds nothing");
    }
    return node.item(0);
  }
}
