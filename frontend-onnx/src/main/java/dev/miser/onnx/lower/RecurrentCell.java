package dev.miser.onnx.lower;

import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Dot;
import dev.miser.ir.op.Value;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.Tensors;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One step of a recurrent layer in one direction. Of a state that is null all elements are 0. */
sealed interface RecurrentCell {
  /** What a step leaves to the next: [batch, hidden] each. */
  record State(@Nullable Value hidden, @Nullable Value cell) {}

  /** What a step computes; a cell's state is null where the layer has none. */
  record Next(Value hidden, @Nullable Value cell) {}

  /**
   * Returns the next state.
   *
   * @param given what the input adds to the gates: [batch, gates * hidden]
   */
  Next step(Graph g, Value given, State before);

  /**
   * A layer without gates.
   *
   * @param weights [hidden, hidden]
   */
  record Plain(RecurrentActivation f, Value weights) implements RecurrentCell {
    @Override
    public Next step(Graph g, Value given, State before) {
      return new Next(f.of(g, sum(g, given, product(g, before.hidden(), weights))), null);
    }
  }

  /**
   * A gated recurrent unit: gates z and r in front of the candidate.
   *
   * @param weights of all three, [3 * hidden, hidden]
   * @param candidateBias what the candidate's reset part adds to itself before it is reset, [batch,
   *     hidden]; null where the reset comes before the product
   */
  record Gated(
      RecurrentActivation f,
      RecurrentActivation g,
      Value weights,
      boolean resetsProduct,
      @Nullable Value candidateBias)
      implements RecurrentCell {
    @Override
    public Next step(Graph graph, Value given, State before) {
      long hidden = given.type().dim(1) / 3;
      Value state = before.hidden();
      Value recurrent = null;
      if (state != null) {
        Value needed = resetsProduct ? weights : Tensors.slice(graph, weights, 0, 0, 2 * hidden);
        recurrent = product(graph, state, needed);
      }
      Value gates = Tensors.slice(graph, given, 1, 0, 2 * hidden);
      if (recurrent != null) {
        gates = Tensors.add(graph, gates, Tensors.slice(graph, recurrent, 1, 0, 2 * hidden));
      }
      Value update = f.of(graph, part(graph, gates, 0, hidden));
      Value candidate = part(graph, given, 2, hidden);
      Value reset = null;
      if (resetsProduct) {
        Value inner = recurrent == null ? null : part(graph, recurrent, 2, hidden);
        if (candidateBias != null) {
          inner = inner == null ? candidateBias : Tensors.add(graph, inner, candidateBias);
        }
        if (inner != null) {
          reset = Tensors.multiply(graph, f.of(graph, part(graph, gates, 1, hidden)), inner);
        }
      } else if (state != null) {
        Value kept = Tensors.multiply(graph, f.of(graph, part(graph, gates, 1, hidden)), state);
        reset = product(graph, kept, Tensors.slice(graph, weights, 0, 2 * hidden, 3 * hidden));
      }
      Value fresh = g.of(graph, sum(graph, candidate, reset));
      if (state == null) {
        Value rest = Tensors.multiply(graph, update, fresh);
        return new Next(Tensors.subtract(graph, fresh, rest), null);
      }
      // (1 - z) fresh + z state = fresh + z (state - fresh)
      Value change = Tensors.multiply(graph, update, Tensors.subtract(graph, state, fresh));
      return new Next(Tensors.add(graph, fresh, change), null);
    }
  }

  /**
   * Long short-term memory: gates i, o, f in front of the candidate.
   *
   * @param activations of the gates, the candidate and the cell
   * @param weights [4 * hidden, hidden]
   * @param peepholes of i, o and f, [batch, hidden] each; empty if the gates do not see the cell
   * @param coupled the forget gate is what the input gate leaves
   */
  record Memory(
      List<RecurrentActivation> activations, Value weights, List<Value> peepholes, boolean coupled)
      implements RecurrentCell {
    @Override
    public Next step(Graph graph, Value given, State before) {
      long hidden = given.type().dim(1) / 4;
      Value gates = sum(graph, given, product(graph, before.hidden(), weights));
      RecurrentActivation f = activations.get(0);
      Value input = f.of(graph, seeing(graph, part(graph, gates, 0, hidden), 0, before.cell()));
      Value fresh = activations.get(1).of(graph, part(graph, gates, 3, hidden));
      Value cell = Tensors.multiply(graph, input, fresh);
      if (before.cell() != null) {
        Value forget =
            coupled
                ? Tensors.binary(
                    graph,
                    Binary.Kind.SUBTRACT,
                    Tensors.scalar(graph, input.type().element(), 1),
                    input)
                : f.of(graph, seeing(graph, part(graph, gates, 2, hidden), 2, before.cell()));
        cell = Tensors.add(graph, Tensors.multiply(graph, forget, before.cell()), cell);
      }
      Value output = f.of(graph, seeing(graph, part(graph, gates, 1, hidden), 1, cell));
      Value shown = activations.get(2).of(graph, cell);
      return new Next(Tensors.multiply(graph, output, shown), cell);
    }

    private Value seeing(Graph g, Value gate, int index, @Nullable Value cell) {
      return peepholes.isEmpty() || cell == null
          ? gate
          : Tensors.add(g, gate, Tensors.multiply(g, peepholes.get(index), cell));
    }
  }

  private static Value part(Graph g, Value gates, int index, long hidden) {
    return Tensors.slice(g, gates, 1, index * hidden, (index + 1) * hidden);
  }

  private static @Nullable Value product(Graph g, @Nullable Value state, Value weights) {
    return state == null ? null : g.add(new Dot(state, weights, false, true));
  }

  private static Value sum(Graph g, Value x, @Nullable Value y) {
    return y == null ? x : Tensors.add(g, x, y);
  }
}
