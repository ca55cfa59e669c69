package dev.miser.onnx.lower;

import dev.miser.ir.op.Value;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.Item;
import dev.miser.onnx.graph.Lowering;
import dev.miser.onnx.graph.Node;
import dev.miser.onnx.graph.NodeFailure;
import dev.miser.onnx.graph.Tensors;
import dev.miser.onnx.proto.Onnx.GraphProto;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Loops over the slices of tensors, unrolled. */
final class Scans {
  static final Map<String, Lowering> OPERATORS = Map.of("Scan", Scans::scan);

  /**
   * A tensor that is cut into slices along an axis.
   *
   * @param length the number of slices that are taken, from the front
   */
  private record Sliced(Value x, int axis, long length, boolean reversed) {
    /** Returns the slice of a step; of no steps, zeros that have a slice's type. */
    Value at(Graph g, long step) {
      if (length == 0) {
        return Tensors.fill(g, x.type().withShape(x.type().shape().without(List.of(axis))), 0);
      }
      long place = reversed ? length - 1 - step : step;
      Value slice = Tensors.slice(g, x, axis, place, place + 1);
      return Tensors.squeeze(g, slice, List.of(axis));
    }
  }

  /** What is left after all steps: the states, and what each step showed of each output. */
  private record Walked(List<Item> states, List<List<Value>> shown) {}

  private final Node node;
  private final Graph g;
  private final GraphProto body;
  private final int first;
  private final int scanned;
  private final int states;
  private final int shown;

  /**
   * @param first the first input that is a state
   */
  private Scans(Node node, Graph g, int first) {
    this.node = node;
    this.g = g;
    this.first = first;
    this.body = node.attributes().graph("body");
    long count = node.attributes().integer("num_scan_inputs");
    if (count < 1 || count > node.inputCount() - first) {
      throw new NodeFailure(
          "num_scan_inputs is %d, expected 1 to %d", count, node.inputCount() - first);
    }
    this.scanned = (int) count;
    this.states = node.inputCount() - first - scanned;
    this.shown = body.getOutputCount() - states;
    if (shown < 0) {
      throw new NodeFailure(
          "its body has %d outputs, expected %d states", body.getOutputCount(), states);
    }
  }

  private static List<Item> scan(Node node, Graph g) {
    return node.opset() < 9 ? new Scans(node, g, 1).byBatch() : new Scans(node, g, 0).plain();
  }

  private List<Item> plain() {
    List<Long> axes = list("scan_input_axes", scanned);
    List<Boolean> reversed = flags("scan_input_directions", scanned);
    List<Long> shownAxes = list("scan_output_axes", shown);
    List<Boolean> shownReversed = flags("scan_output_directions", shown);
    List<Item> initial = new ArrayList<>();
    for (int i = 0; i < states; i++) {
      initial.add(node.item(first + i));
    }
    var slices = new ArrayList<Sliced>();
    for (int i = 0; i < scanned; i++) {
      Value x = node.value(first + states + i);
      int axis = Tensors.axis(axes.get(i), x.type().rank());
      slices.add(new Sliced(x, axis, x.type().dim(axis), reversed.get(i)));
    }
    Walked walked = walk(initial, slices);
    var outputs = new ArrayList<>(walked.states);
    for (int i = 0; i < shown; i++) {
      List<Value> parts = walked.shown.get(i);
      int axis = Tensors.axis(shownAxes.get(i), parts.getFirst().type().rank() + 1);
      outputs.add(
          Item.of(
              slices.getFirst().length == 0
                  ? Loops.none(g, parts.getFirst(), axis)
                  : Loops.stacked(g, shownReversed.get(i) ? parts.reversed() : parts, axis)));
    }
    return outputs;
  }

  /**
   * Version 8: the first axis of all is the batch, the second of what is scanned the sequence. Of
   * sequences that end earlier the rest of what is shown is 0.
   */
  private List<Item> byBatch() {
    List<Boolean> reversed = flags("directions", scanned);
    Value model = node.value(first + states);
    long batch = model.type().dim(0);
    long steps = model.type().dim(1);
    List<Long> lengths =
        node.has(0)
            ? Tensors.knownLongs(g, "sequence_lens", node.value(0))
            : Collections.nCopies((int) Math.min(batch, Integer.MAX_VALUE), steps);
    if (batch == 0
        || lengths.size() != batch
        || lengths.stream().anyMatch(length -> length < 1 || length > steps)) {
      throw new NodeFailure("sequence_lens are %s, expected %d of 1 to %d", lengths, batch, steps);
    }
    var parts = new ArrayList<List<Value>>();
    for (int i = 0; i < states + shown; i++) {
      parts.add(new ArrayList<>());
    }
    for (int b = 0; b < batch; b++) {
      var initial = new ArrayList<Item>();
      for (int i = 0; i < states; i++) {
        initial.add(Item.of(ofBatch(node.value(first + i), b)));
      }
      var slices = new ArrayList<Sliced>();
      for (int i = 0; i < scanned; i++) {
        Value x = ofBatch(node.value(first + states + i), b);
        slices.add(new Sliced(x, 0, lengths.get(b), reversed.get(i)));
      }
      Walked walked = walk(initial, slices);
      for (int i = 0; i < states; i++) {
        parts.get(i).add(Loops.tensor(walked.states.get(i)));
      }
      for (int i = 0; i < shown; i++) {
        var whole = new ArrayList<>(walked.shown.get(i));
        while (whole.size() < steps) {
          whole.add(Tensors.fill(g, whole.getFirst().type(), 0));
        }
        parts.get(states + i).add(Loops.stacked(g, whole, 0));
      }
    }
    return parts.stream().map(all -> Item.of(Loops.stacked(g, all, 0))).toList();
  }

  private Value ofBatch(Value x, long index) {
    return Tensors.squeeze(g, Tensors.slice(g, x, 0, index, index + 1), List.of(0));
  }

  /** Runs the body for each slice. */
  private Walked walk(List<Item> initial, List<Sliced> slices) {
    long steps = slices.getFirst().length;
    for (Sliced sliced : slices) {
      if (sliced.length != steps) {
        throw new NodeFailure("its scan inputs have %d and %d slices", steps, sliced.length);
      }
    }
    var parts = new ArrayList<List<Value>>();
    for (int i = 0; i < shown; i++) {
      parts.add(new ArrayList<>());
    }
    List<Item> state = initial;
    // Of no steps the body is asked once, for the types of what it would show.
    for (long step = 0; step < Math.max(steps, 1); step++) {
      var inputs = new ArrayList<>(state);
      for (Sliced sliced : slices) {
        inputs.add(Item.of(sliced.at(g, step)));
      }
      List<Item> results = node.run(body, inputs);
      if (steps > 0) {
        state = List.copyOf(results.subList(0, states));
      }
      for (int i = 0; i < shown; i++) {
        parts.get(i).add(Loops.tensor(results.get(states + i)));
      }
    }
    return new Walked(state, parts);
  }

  private List<Long> list(String name, int size) {
    List<Long> found = node.attributes().integers(name, Collections.nCopies(size, 0L));
    if (found.size() != size) {
      throw new NodeFailure("%s is %s, expected %d numbers", name, found, size);
    }
    return found;
  }

  private List<Boolean> flags(String name, int size) {
    List<Long> found = list(name, size);
    if (found.stream().anyMatch(flag -> flag != 0 && flag != 1)) {
      throw new NodeFailure("%s is %s, expected 0 and 1", name, found);
    }
    return found.stream().map(flag -> flag == 1).toList();
  }
}
