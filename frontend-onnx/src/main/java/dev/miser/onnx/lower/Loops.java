package dev.miser.onnx.lower;

import static java.util.Map.entry;

import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Gather;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
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
import org.jspecify.annotations.Nullable;

/**
 * Loops, unrolled: a body is written as often as it runs, so the number must be known at import.
 * What a body carries on may become known step by step, as counters do.
 *
 * <p>A condition may depend on inputs if the trip count is known: then all iterations are written,
 * and what is carried is held from the one on that the condition ends. What fails in an iteration
 * after that fails still. The size of scan outputs, however, cannot depend on inputs: with these, a
 * condition that ends the loop before the trip count does is a checked failure of the step.
 */
final class Loops {
  static final Map<String, Lowering> OPERATORS = Map.ofEntries(entry("Loop", Loops::loop));

  private Loops() {}

  private static List<Item> loop(Node node, Graph g) {
    GraphProto body = node.attributes().graph("body");
    List<Item> carried = new ArrayList<>();
    for (int i = 2; i < node.inputCount(); i++) {
      carried.add(node.item(i));
    }
    int scans = body.getOutputCount() - 1 - carried.size();
    if (scans < 0) {
      throw new NodeFailure(
          "its body has %d outputs, expected a condition and %d carried values",
          body.getOutputCount(), carried.size());
    }
    Long trips = node.has(0) && g.elements(node.value(0)) != null ? count(node, g) : null;
    // Null is true.
    Value condition = node.optional(1);
    var scanned = new ArrayList<List<Value>>();
    boolean wantsScans = false;
    for (int i = 0; i < scans; i++) {
      scanned.add(new ArrayList<>());
      wantsScans |= node.wants(carried.size() + i);
    }
    Value assumed = null;
    long done = 0;
    for (; trips == null || done < trips; done++) {
      Literal known = condition == null ? null : g.elements(condition);
      if (known != null && known.longAt(0) == 0) {
        break;
      }
      if (trips == null && (condition == null || known == null)) {
        // Says which inputs the count depends on.
        count(node, g);
        throw new NodeFailure("its condition and its trip count both are not known at import");
      }
      List<Item> results = iteration(node, g, body, done, condition, carried);
      Value next = tensor(results.getFirst());
      List<Item> after = results.subList(1, 1 + carried.size());
      if (condition == null || known != null) {
        carried = List.copyOf(after);
      } else if (wantsScans) {
        assumed = both(g, assumed, condition);
        carried = List.copyOf(after);
      } else {
        carried = Branches.chosen(g, condition, after, carried);
        next = both(g, condition, next);
      }
      for (int i = 0; i < scans; i++) {
        scanned.get(i).add(tensor(results.get(1 + after.size() + i)));
      }
      // Of a loop that is given no condition the body's is not asked.
      condition = node.has(1) ? next : null;
    }
    var outputs = new ArrayList<>(carried);
    if (done > 0 || scans == 0) {
      scanned.forEach(parts -> outputs.add(Item.of(stacked(g, parts, 0))));
    } else {
      List<Item> types = iteration(node, g, body, 0, condition, carried);
      types
          .subList(1 + carried.size(), types.size())
          .forEach(item -> outputs.add(Item.of(none(g, tensor(item), 0))));
    }
    if (assumed == null) {
      return outputs;
    }
    Value holds = assumed;
    return outputs.stream().map(item -> checked(g, holds, item)).toList();
  }

  private static Value both(Graph g, @Nullable Value a, Value b) {
    Value scalar = Tensors.reshape(g, b);
    return a == null ? scalar : Tensors.binary(g, Binary.Kind.AND, Tensors.reshape(g, a), scalar);
  }

  /** Returns what an item is if a condition holds; else it is taken from where nothing is. */
  private static Item checked(Graph g, Value holds, Item item) {
    return switch (item) {
      case Item.OfTensor(var value) -> {
        Value place =
            Tensors.convert(g, Tensors.unary(g, Unary.Kind.LOGICAL_NOT, holds), ElementType.I64);
        Value alone = Tensors.unsqueeze(g, value, List.of(0));
        yield Item.of(g.add(new Gather(alone, place, 0, false)));
      }
      case Item.OfSequence(var items) ->
          new Item.OfSequence(items.stream().map(i -> checked(g, holds, i)).toList());
      case Item.Absent absent -> absent;
      case Item.Failed failed -> failed;
    };
  }

  private static long count(Node node, Graph g) {
    if (!node.has(0)) {
      throw new NodeFailure("its condition depends on inputs, and it has no trip count");
    }
    return Tensors.knownLong(g, "the trip count", node.value(0));
  }

  private static List<Item> iteration(
      Node node,
      Graph g,
      GraphProto body,
      long number,
      @Nullable Value condition,
      List<Item> carried) {
    var inputs = new ArrayList<Item>();
    inputs.add(Item.of(Tensors.longs(g, TensorType.of(ElementType.I64), List.of(number))));
    inputs.add(
        Item.of(
            condition != null
                ? condition
                : Tensors.longs(g, TensorType.of(ElementType.BOOL), List.of(1L))));
    inputs.addAll(carried);
    return node.run(body, inputs);
  }

  static Value tensor(Item item) {
    if (item instanceof Item.OfTensor(var value)) {
      return value;
    }
    throw new NodeFailure("its body returns a sequence or nothing, expected a tensor");
  }

  /** Returns the parts one after the other along a new axis. */
  static Value stacked(Graph g, List<Value> parts, int axis) {
    var wide = new ArrayList<Value>();
    parts.forEach(part -> wide.add(Tensors.unsqueeze(g, part, List.of(axis))));
    return Tensors.concat(g, wide, axis);
  }

  /** Returns what the parts are one after the other if there are none like this one. */
  static Value none(Graph g, Value part, int axis) {
    var dims = new ArrayList<>(part.type().shape().dims());
    dims.add(axis, 0L);
    return Tensors.fill(g, part.type().withShape(new Shape(dims)), 0);
  }
}
