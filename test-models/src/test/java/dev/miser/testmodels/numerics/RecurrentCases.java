package dev.miser.testmodels.numerics;

import dev.miser.ir.op.Attention;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Attention, and recurrent cells and sequences, unrolled. */
final class RecurrentCases {
  private RecurrentCases() {}

  static List<Value> build(Composer c, Recorded r) {
    return switch (r.op()) {
      case "attention" -> List.of(attention(c, r));
      case "multi_head_attention" -> List.of(multiHeadAttention(c, r));
      case "lstm_cell" -> {
        State next = lstm(c, c.input("x"), new State(c.input("h"), c.input("c")), "");
        yield List.of(next.h, next.cell());
      }
      case "gru_cell" -> List.of(gru(c, c.input("x"), c.input("h"), ""));
      case "rnn_tanh_cell" -> {
        Value sum = c.plus(fromInput(c, c.input("x"), ""), fromHidden(c, c.input("h"), ""));
        yield List.of(c.unary(Unary.Kind.TANH, sum));
      }
      case "lstm_sequence", "gru_sequence" -> sequence(c, r);
      default -> throw new IllegalArgumentException(r.op());
    };
  }

  private static Value attention(Composer c, Recorded r) {
    Value q = c.input("q");
    int rank = q.type().rank();
    @Nullable Value bias = c.optional("mask") != null ? c.optional("mask") : c.optional("bias");
    if (bias != null && bias.type().rank() < rank) {
      bias = c.reshape(bias, Composer.common(bias.type().shape(), new Shape(ones(rank))));
    }
    double usual = 1 / Math.sqrt((double) q.type().dim(rank - 1));
    double scale = r.has("scale") ? r.number("scale") : usual;
    return c.add(new Attention(q, c.input("k"), c.input("v"), bias, scale, r.flag("causal")));
  }

  private static List<Long> ones(int count) {
    return Collections.nCopies(count, 1L);
  }

  private static Value multiHeadAttention(Composer c, Recorded r) {
    Value x = c.input("x");
    long time = x.type().dim(0);
    long batch = x.type().dim(1);
    long width = x.type().dim(2);
    long heads = r.integer("heads");
    long depth = width / heads;
    Value all = c.linear(x, c.input("in_weight"), c.input("in_bias"));
    var split = new ArrayList<Value>();
    for (int i = 0; i < 3; i++) {
      Value part = c.slice(all, 2, i * width, (i + 1) * width);
      Value byHead = c.reshape(part, time, batch, heads, depth);
      split.add(c.transpose(byHead, List.of(1, 2, 0, 3)));
    }
    Value mixed =
        c.add(
            new Attention(
                split.get(0),
                split.get(1),
                split.get(2),
                null,
                1 / Math.sqrt((double) depth),
                r.flag("causal")));
    Value joined = c.reshape(c.transpose(mixed, List.of(2, 0, 1, 3)), time, batch, width);
    return c.linear(joined, c.input("out_weight"), c.input("out_bias"));
  }

  /** What a cell hands to the next step; only an LSTM has a memory beside its output. */
  private record State(Value h, @Nullable Value memory) {
    Value cell() {
      if (memory == null) {
        throw new IllegalStateException("no memory");
      }
      return memory;
    }
  }

  private static Value fromInput(Composer c, Value x, String suffix) {
    return c.linear(x, c.input("weight_x" + suffix), c.input("bias_x" + suffix));
  }

  private static Value fromHidden(Composer c, Value h, String suffix) {
    return c.linear(h, c.input("weight_h" + suffix), c.input("bias_h" + suffix));
  }

  private static Value gate(Composer c, Value all, Value h, int index) {
    long size = h.type().dim(1);
    return c.slice(all, 1, index * size, (index + 1) * size);
  }

  private static State lstm(Composer c, Value x, State state, String suffix) {
    Value all = c.plus(fromInput(c, x, suffix), fromHidden(c, state.h, suffix));
    Value in = c.unary(Unary.Kind.SIGMOID, gate(c, all, state.h, 0));
    Value forget = c.unary(Unary.Kind.SIGMOID, gate(c, all, state.h, 1));
    Value update = c.unary(Unary.Kind.TANH, gate(c, all, state.h, 2));
    Value out = c.unary(Unary.Kind.SIGMOID, gate(c, all, state.h, 3));
    Value memory = c.plus(c.times(forget, state.cell()), c.times(in, update));
    return new State(c.times(out, c.unary(Unary.Kind.TANH, memory)), memory);
  }

  private static Value gru(Composer c, Value x, Value h, String suffix) {
    Value input = fromInput(c, x, suffix);
    Value hidden = fromHidden(c, h, suffix);
    Value reset = c.unary(Unary.Kind.SIGMOID, c.plus(gate(c, input, h, 0), gate(c, hidden, h, 0)));
    Value keep = c.unary(Unary.Kind.SIGMOID, c.plus(gate(c, input, h, 1), gate(c, hidden, h, 1)));
    Value candidate = c.plus(gate(c, input, h, 2), c.times(reset, gate(c, hidden, h, 2)));
    Value fresh = c.unary(Unary.Kind.TANH, candidate);
    // (1 - z) n + z h
    return c.plus(c.times(c.minus(c.like(keep, 1), keep), fresh), c.times(keep, h));
  }

  /**
   * Runs a cell over the steps, and with {@code bidirectional} another one from the last to the
   * first.
   */
  private static List<Value> sequence(Composer c, Recorded r) {
    boolean memory = r.op().equals("lstm_sequence");
    Value x = c.input("x");
    int steps = (int) x.type().dim(0);
    int directions = r.flag("bidirectional") ? 2 : 1;
    var outputs = new ArrayList<Value>();
    var lastH = new ArrayList<Value>();
    var lastC = new ArrayList<Value>();
    for (int direction = 0; direction < directions; direction++) {
      String suffix = direction == 0 ? "" : "_reverse";
      State state =
          new State(
              entry(c, c.input("h"), direction), memory ? entry(c, c.input("c"), direction) : null);
      var row = new ArrayList<Value>();
      for (int i = 0; i < steps; i++) {
        Value step = entry(c, x, direction == 0 ? i : steps - 1 - i);
        state =
            memory ? lstm(c, step, state, suffix) : new State(gru(c, step, state.h, suffix), null);
        row.add(direction == 0 ? row.size() : 0, leading(c, state.h));
      }
      outputs.add(c.concat(0, row));
      lastH.add(leading(c, state.h));
      if (memory) {
        lastC.add(leading(c, state.cell()));
      }
    }
    var results = new ArrayList<Value>(List.of(c.concat(2, outputs), c.concat(0, lastH)));
    if (memory) {
      results.add(c.concat(0, lastC));
    }
    return results;
  }

  /** Returns entry {@code index} along the first axis, without that axis. */
  private static Value entry(Composer c, Value x, int index) {
    return c.reshape(c.slice(x, 0, index, index + 1), x.type().shape().without(List.of(0)));
  }

  /** Returns {@code x} under one more axis of size 1 in front. */
  private static Value leading(Composer c, Value x) {
    var dims = new ArrayList<>(x.type().shape().dims());
    dims.addFirst(1L);
    return c.reshape(x, new Shape(dims));
  }
}
