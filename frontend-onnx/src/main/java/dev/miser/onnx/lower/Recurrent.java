package dev.miser.onnx.lower;

import static java.util.Map.entry;

import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Dot;
import dev.miser.ir.op.Literal;
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
import dev.miser.onnx.lower.RecurrentActivation.Kind;
import dev.miser.onnx.lower.RecurrentCell.Next;
import dev.miser.onnx.lower.RecurrentCell.State;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Recurrent layers, unrolled. What the input adds to the gates of all steps and directions is one
 * product in front of the steps. Sequences that end earlier keep their state from then on, and
 * their outputs are 0: so a reverse direction begins where each sequence ends.
 */
final class Recurrent {
  static final Map<String, Lowering> OPERATORS =
      Map.ofEntries(
          entry("RNN", (node, g) -> new Recurrent(node, g, Layer.RNN).outputs()),
          entry("GRU", (node, g) -> new Recurrent(node, g, Layer.GRU).outputs()),
          entry("LSTM", (node, g) -> new Recurrent(node, g, Layer.LSTM).outputs()));

  /** The kinds of layers, with their gates. */
  private enum Layer {
    RNN(1),
    GRU(3),
    LSTM(4);

    private final long gates;

    Layer(long gates) {
      this.gates = gates;
    }

    /** Returns the functions of one direction, unless others are given. */
    List<Kind> activations() {
      return switch (this) {
        case RNN -> List.of(Kind.TANH);
        case GRU -> List.of(Kind.SIGMOID, Kind.TANH);
        case LSTM -> List.of(Kind.SIGMOID, Kind.TANH, Kind.TANH);
      };
    }
  }

  /** Far above any model; steps that need no instructions would else be counted for ever. */
  private static final long MOST_STEPS = 100_000;

  private final Node node;
  private final Graph g;
  private final Layer layer;
  private final boolean batchFirst;
  private final List<Boolean> reversed;
  private final int directions;
  private final long steps;
  private final long batch;
  private final long hidden;
  private final ElementType element;
  private final @Nullable Value lengths;

  private Recurrent(Node node, Graph g, Layer layer) {
    this.node = node;
    this.g = g;
    this.layer = layer;
    this.batchFirst = node.attributes().flag("layout");
    String direction = node.attributes().text("direction", "forward");
    this.reversed =
        switch (direction) {
          case "forward" -> List.of(false);
          case "reverse" -> List.of(true);
          case "bidirectional" -> List.of(false, true);
          default ->
              throw new NodeFailure(
                  "direction is '%s', expected forward, reverse or bidirectional", direction);
        };
    this.directions = reversed.size();
    TensorType x = node.value(0).type();
    TensorType recurrent = node.value(2).type();
    if (x.rank() != 3 || recurrent.rank() != 3) {
      throw new NodeFailure("X is %s and R is %s, expected rank 3 of both", x, recurrent);
    }
    this.steps = x.dim(batchFirst ? 1 : 0);
    this.batch = x.dim(batchFirst ? 0 : 1);
    if (steps > MOST_STEPS) {
      throw new NodeFailure("X is %s, of which at most %d steps are unrolled", x, MOST_STEPS);
    }
    this.hidden = recurrent.dim(2);
    this.element = x.element();
    if (node.attributes().integer("hidden_size", hidden) != hidden) {
      throw new NodeFailure(
          "hidden_size is %d, R is %s", node.attributes().integer("hidden_size"), recurrent);
    }
    expect(1, "W", directions, layer.gates * hidden, x.dim(2));
    expect(2, "R", directions, layer.gates * hidden, hidden);
    expect(3, "B", directions, 2 * layer.gates * hidden);
    expect(4, "sequence_lens", batch);
    this.lengths = node.optional(4);
    for (int state : layer == Layer.LSTM ? List.of(5, 6) : List.of(5)) {
      String what = state == 5 ? "initial_h" : "initial_c";
      expect(state, what, batchFirst ? batch : directions, batchFirst ? directions : batch, hidden);
    }
    if (layer == Layer.LSTM) {
      expect(7, "P", directions, 3 * hidden);
    }
  }

  private void expect(int input, String what, long... dims) {
    Value value = node.optional(input);
    if (value != null && !value.type().shape().equals(Shape.of(dims))) {
      throw new NodeFailure("%s is %s, expected shape %s", what, value.type(), Shape.of(dims));
    }
  }

  private List<Item> outputs() {
    List<RecurrentActivation> activations =
        RecurrentActivation.read(node.attributes(), layer.activations(), directions);
    Value given = given();
    var shown = new ArrayList<List<Value>>();
    var last = new ArrayList<State>();
    int each = layer.activations().size();
    for (int direction = 0; direction < directions; direction++) {
      RecurrentCell cell =
          cell(direction, activations.subList(direction * each, (direction + 1) * each));
      var outputs = new ArrayList<Value>();
      last.add(run(cell, direction, given, outputs));
      shown.add(outputs);
    }
    var items = new ArrayList<Item>();
    items.add(node.wants(0) ? Item.of(sequence(shown)) : Item.ABSENT);
    items.add(node.wants(1) ? Item.of(lastState(last, State::hidden)) : Item.ABSENT);
    if (layer == Layer.LSTM) {
      items.add(node.wants(2) ? Item.of(lastState(last, State::cell)) : Item.ABSENT);
    }
    return items;
  }

  /**
   * Returns x W^T + b of all steps and directions: [steps * batch, directions * gates * hidden].
   */
  private Value given() {
    Value x = node.value(0);
    Value ordered = batchFirst ? Tensors.transpose(g, x, List.of(1, 0, 2)) : x;
    long columns = directions * layer.gates * hidden;
    Value rows = Tensors.reshape(g, ordered, steps * batch, x.type().dim(2));
    Value weights = Tensors.reshape(g, node.value(1), columns, x.type().dim(2));
    Value product = g.add(new Dot(rows, weights, false, true));
    Value bias = node.optional(3);
    return bias == null ? product : Tensors.add(g, product, inputBias(bias));
  }

  /** Both biases of a gate are one, save where the reset gate stands between them. */
  private Value inputBias(Value bias) {
    long width = layer.gates * hidden;
    Value ofInput = Tensors.slice(g, bias, 1, 0, width);
    Value ofState = Tensors.slice(g, bias, 1, width, 2 * width);
    if (resetsProduct()) {
      Value none = Tensors.fill(g, TensorType.of(element, directions, hidden), 0);
      ofState = Tensors.concat(g, List.of(Tensors.slice(g, ofState, 1, 0, 2 * hidden), none), 1);
    }
    return Tensors.reshape(g, Tensors.add(g, ofInput, ofState), directions * width);
  }

  private boolean resetsProduct() {
    return layer == Layer.GRU && node.attributes().flag("linear_before_reset");
  }

  private RecurrentCell cell(int direction, List<RecurrentActivation> activations) {
    Value all = node.value(2);
    Value own = Tensors.slice(g, all, 0, direction, direction + 1);
    Value weights = Tensors.reshape(g, own, layer.gates * hidden, hidden);
    return switch (layer) {
      case RNN -> new RecurrentCell.Plain(activations.getFirst(), weights);
      case GRU ->
          new RecurrentCell.Gated(
              activations.get(0),
              activations.get(1),
              weights,
              resetsProduct(),
              resetsProduct() ? candidateBias(direction) : null);
      case LSTM -> {
        var peepholes = new ArrayList<Value>();
        for (int gate = 0; gate < 3 && node.has(7); gate++) {
          peepholes.add(stretched(node.value(7), direction, gate));
        }
        boolean coupled = node.attributes().flag("input_forget");
        yield new RecurrentCell.Memory(activations, weights, List.copyOf(peepholes), coupled);
      }
    };
  }

  /** The last of six biases of a gated unit is the candidate's own of the state. */
  private @Nullable Value candidateBias(int direction) {
    Value bias = node.optional(3);
    return bias == null ? null : stretched(bias, direction, 5);
  }

  /** Returns a part of a vector of each direction, repeated for each sequence of the batch. */
  private Value stretched(Value all, int direction, int part) {
    Value own = Tensors.slice(g, all, 0, direction, direction + 1);
    Value vector = Tensors.slice(g, own, 1, part * hidden, (part + 1) * hidden);
    return Tensors.broadcast(g, vector, Shape.of(batch, hidden));
  }

  /** Unrolls one direction; the outputs are in the order of the sequence. */
  private State run(RecurrentCell cell, int direction, Value given, List<Value> outputs) {
    long width = layer.gates * hidden;
    State state = new State(initial(5, direction), initial(6, direction));
    for (long i = 0; i < steps; i++) {
      long step = reversed.get(direction) ? steps - 1 - i : i;
      Value rows = Tensors.slice(g, given, 0, step * batch, (step + 1) * batch);
      Value own = Tensors.slice(g, rows, 1, direction * width, (direction + 1) * width);
      state = step(cell, own, state, step, outputs);
    }
    if (reversed.get(direction)) {
      Collections.reverse(outputs);
    }
    return state;
  }

  private State step(
      RecurrentCell cell, Value given, State before, long step, List<Value> outputs) {
    Value lasts = lengths == null ? null : lasts(lengths, step);
    Literal known = lasts == null ? null : g.elements(lasts);
    if (lasts == null || (known != null && isAll(known, 1))) {
      Next next = cell.step(g, given, before);
      outputs.add(next.hidden());
      return new State(next.hidden(), next.cell());
    }
    if (known != null && isAll(known, 0)) {
      outputs.add(zero());
      return before;
    }
    Next next = cell.step(g, given, before);
    outputs.add(Tensors.select(g, lasts, next.hidden(), zero()));
    return new State(
        Tensors.select(g, lasts, next.hidden(), orZero(before.hidden())),
        next.cell() == null ? null : Tensors.select(g, lasts, next.cell(), orZero(before.cell())));
  }

  /** Returns which sequences last beyond a step: [batch, 1]. */
  private Value lasts(Value sequenceLengths, long step) {
    Value column = Tensors.unsqueeze(g, sequenceLengths, List.of(1));
    return Tensors.compare(g, Compare.Kind.GREATER, column, step);
  }

  private static boolean isAll(Literal literal, long wanted) {
    for (long i = 0; i < literal.type().elementCount(); i++) {
      if (literal.longAt(i) != wanted) {
        return false;
      }
    }
    return true;
  }

  private @Nullable Value initial(int input, int direction) {
    if (input == 6 && layer != Layer.LSTM) {
      return null;
    }
    Value all = node.optional(input);
    if (all == null) {
      return null;
    }
    Value own = Tensors.slice(g, all, batchFirst ? 1 : 0, direction, direction + 1);
    return Tensors.reshape(g, own, batch, hidden);
  }

  private Value zero() {
    return Tensors.fill(g, TensorType.of(element, batch, hidden), 0);
  }

  private Value orZero(@Nullable Value state) {
    return state == null ? zero() : state;
  }

  /** Returns the hidden states of all steps, in one concatenation. */
  private Value sequence(List<List<Value>> shown) {
    Shape shape =
        batchFirst
            ? Shape.of(batch, steps, directions, hidden)
            : Shape.of(steps, directions, batch, hidden);
    if (steps == 0) {
      return Tensors.fill(g, new TensorType(element, shape), 0);
    }
    var parts = new ArrayList<Value>();
    for (int step = 0; step < steps; step++) {
      for (List<Value> outputs : shown) {
        parts.add(alone(outputs.get(step)));
      }
    }
    return Tensors.reshape(g, Tensors.concat(g, parts, batchFirst ? 1 : 0), shape);
  }

  private Value lastState(List<State> states, Function<State, @Nullable Value> part) {
    var parts = new ArrayList<Value>();
    states.forEach(state -> parts.add(alone(orZero(part.apply(state)))));
    return Tensors.concat(g, parts, batchFirst ? 1 : 0);
  }

  /** Returns [batch, hidden] with an axis for the direction. */
  private Value alone(Value state) {
    return Tensors.unsqueeze(g, state, List.of(batchFirst ? 1 : 0));
  }
}
