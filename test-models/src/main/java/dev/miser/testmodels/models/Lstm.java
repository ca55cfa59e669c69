package dev.miser.testmodels.models;

import dev.miser.ir.func.Function;
import dev.miser.ir.func.Initialiser;
import dev.miser.ir.op.Constant;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * Stacked long short-term memory (Hochreiter and Schmidhuber, 1997), unrolled, from a zero state,
 * as {@code torch.nn.LSTM(width, width, layers)}: results {@code output}, {@code h_n}, {@code c_n}.
 */
public final class Lstm {
  /** How large the network is: its layers, the width of input and state, and the time steps. */
  public record Size(int layers, long width, long steps) {
    public static final Size STANDARD = new Size(2, 512, 64);
    public static final Size TINY = new Size(2, 24, 5);
  }

  private record State(Value hidden, Value cell) {}

  private final NetBuilder net = new NetBuilder("lstm");
  private final Size size;
  private final long batch;

  private Lstm(Size size, long batch) {
    this.size = size;
    this.batch = batch;
  }

  public static Function build(Size size, long batch) {
    return new Lstm(size, batch).network();
  }

  private Function network() {
    long width = size.width();
    Value x = net.input("x", size.steps(), batch, width);
    Value rows = net.reshape("x.rows", x, size.steps() * batch, width);
    TensorType type = TensorType.of(ElementType.F32, batch, width);
    Value zero = net.add("zero", new Constant(Literal.splat(type, 0.0)));
    List<Value> lastHidden = new ArrayList<>();
    List<Value> lastCell = new ArrayList<>();
    for (int layer = 0; layer < size.layers(); layer++) {
      List<Value> outputs = new ArrayList<>();
      State last = layer(layer, rows, new State(zero, zero), outputs);
      rows = net.concat("l" + layer + ".output", 0, outputs);
      lastHidden.add(last.hidden());
      lastCell.add(last.cell());
    }
    return net.returns(
        net.reshape("output", rows, size.steps(), batch, width),
        stacked("h_n", lastHidden),
        stacked("c_n", lastCell));
  }

  /** Runs one layer over all steps; the part of the gates that reads the input is one product. */
  private State layer(int layer, Value rows, State first, List<Value> outputs) {
    long width = size.width();
    String suffix = "_l" + layer;
    Initialiser initialiser = Initial.recurrent(width);
    Value inputWeights = net.parameter("weight_ih" + suffix, initialiser, 4 * width, width);
    Value stateWeights = net.parameter("weight_hh" + suffix, initialiser, 4 * width, width);
    Value inputBias = net.parameter("bias_ih" + suffix, initialiser, 4 * width);
    Value stateBias = net.parameter("bias_hh" + suffix, initialiser, 4 * width);
    String name = "l" + layer + ".";
    Value dot = net.dotTransposed(name + "ih.dot", rows, inputWeights);
    Value inputGates =
        net.sum(name + "ih", dot, net.alongAxis(name + "ih.bias", inputBias, dot, 1));
    State state = first;
    for (int step = 0; step < size.steps(); step++) {
      String now = name + "t" + step + ".";
      Value given = net.slice(now + "ih", inputGates, 0, step * batch, (step + 1) * batch);
      Value recurrent = net.dotTransposed(now + "hh.dot", state.hidden(), stateWeights);
      Value bias = net.alongAxis(now + "hh.bias", stateBias, recurrent, 1);
      recurrent = net.sum(now + "hh", recurrent, bias);
      state = cell(now, net.sum(now + "gates", given, recurrent), state.cell());
      outputs.add(state.hidden());
    }
    return state;
  }

  private State cell(String now, Value gates, Value before) {
    Value input = gate(now + "input", Unary.Kind.SIGMOID, gates, 0);
    Value forget = gate(now + "forget", Unary.Kind.SIGMOID, gates, 1);
    Value candidate = gate(now + "candidate", Unary.Kind.TANH, gates, 2);
    Value output = gate(now + "output", Unary.Kind.SIGMOID, gates, 3);
    Value kept = net.product(now + "kept", forget, before);
    Value added = net.product(now + "added", input, candidate);
    Value cell = net.sum(now + "cell", kept, added);
    Value bounded = net.unary(now + "tanh", Unary.Kind.TANH, cell);
    return new State(net.product(now + "hidden", output, bounded), cell);
  }

  private Value gate(String name, Unary.Kind kind, Value gates, long index) {
    long width = size.width();
    Value part = net.slice(name + ".gate", gates, 1, index * width, (index + 1) * width);
    return net.unary(name, kind, part);
  }

  private Value stacked(String name, List<Value> layers) {
    Value rows = net.concat(name + ".rows", 0, layers);
    return net.reshape(name, rows, size.layers(), batch, size.width());
  }
}
