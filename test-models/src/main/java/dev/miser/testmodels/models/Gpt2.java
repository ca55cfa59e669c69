package dev.miser.testmodels.models;

import dev.miser.ir.func.Function;
import dev.miser.ir.func.Initialiser;
import dev.miser.ir.op.Attention;
import dev.miser.ir.op.Gather;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;

/**
 * The causal transformer of Radford et al. (2019), as HuggingFace transformers has it: layer
 * weights stored as [inputs, outputs], the output matrix tied to the token embeddings.
 */
public final class Gpt2 {
  /** How large the network is. */
  public record Size(
      String name, int layers, long width, long heads, long vocabulary, long positions) {
    public static final Size SMALL = new Size("gpt2_small", 12, 768, 12, 50257, 1024);
    public static final Size TINY = new Size("gpt2_tiny", 2, 128, 4, 1000, 64);
  }

  private record Hidden(Value rows, Value tokenTable) {}

  private static final double EPSILON = 1e-5;

  private final NetBuilder net;
  private final Size size;
  private final long batch;
  private final long length;

  private Gpt2(String name, Size size, long batch, long length) {
    this.net = new NetBuilder(name);
    this.size = size;
    this.batch = batch;
    this.length = length;
  }

  /** Builds the network with its head: the result is a logit for each token and word. */
  public static Function build(Size size, long batch, long length) {
    var gpt2 = new Gpt2(size.name(), size, batch, length);
    Hidden hidden = gpt2.hidden();
    Value rows = gpt2.net.dotTransposed("lm_head", hidden.rows(), hidden.tokenTable());
    return gpt2.net.returns(gpt2.net.reshape("logits", rows, batch, length, size.vocabulary()));
  }

  /** Builds the network without its head: the result is the last hidden state. */
  public static Function buildHeadless(Size size, long batch, long length) {
    var gpt2 = new Gpt2(size.name() + "_headless", size, batch, length);
    Value rows = gpt2.hidden().rows();
    return gpt2.net.returns(
        gpt2.net.reshape("last_hidden_state", rows, batch, length, size.width()));
  }

  private Hidden hidden() {
    long width = size.width();
    Value tokens = net.indices("input_ids", size.vocabulary(), batch, length);
    Value table = net.parameter("wte.weight", Initial.TRANSFORMER, size.vocabulary(), width);
    Value words = net.add("wte", new Gather(table, tokens, 0, false));
    Value places = net.parameter("wpe.weight", Initial.normal(0.01), size.positions(), width);
    Value used = net.slice("wpe", places, 0, 0, length);
    Value positions = net.broadcast("wpe.broadcast", used, words.type().shape(), 1, 2);
    Value rows =
        net.reshape("embeddings", net.sum("wte.wpe", words, positions), batch * length, width);
    for (int i = 0; i < size.layers(); i++) {
      rows = block("h." + i + ".", rows);
    }
    return new Hidden(net.layerNorm("ln_f", rows, EPSILON), table);
  }

  private Value block(String name, Value x) {
    Value normal = net.layerNorm(name + "ln_1", x, EPSILON);
    Value attended = net.sum(name + "attn", x, attention(name + "attn.", normal));
    normal = net.layerNorm(name + "ln_2", attended, EPSILON);
    Value inner = conv1d(name + "mlp.c_fc", normal, 4 * size.width(), Initial.TRANSFORMER);
    inner = net.unary(name + "mlp.act", Unary.Kind.GELU_TANH, inner);
    Value y = conv1d(name + "mlp.c_proj", inner, size.width(), residual());
    return net.sum(name + "mlp", attended, y);
  }

  private Value attention(String name, Value x) {
    long width = size.width();
    Value joint = conv1d(name + "c_attn", x, 3 * width, Initial.TRANSFORMER);
    Value query = heads(name + "query", net.slice(name + "query", joint, 1, 0, width));
    Value key = heads(name + "key", net.slice(name + "key", joint, 1, width, 2 * width));
    Value value = heads(name + "value", net.slice(name + "value", joint, 1, 2 * width, 3 * width));
    double scale = 1 / Math.sqrt((double) width / size.heads());
    Value mixed = net.add(name + "heads", new Attention(query, key, value, null, scale, true));
    return conv1d(name + "c_proj", net.joinHeads(name + "heads", mixed), width, residual());
  }

  private Value heads(String name, Value rows) {
    return net.splitHeads(name, rows, batch, size.heads());
  }

  /** Adds what the library calls Conv1D: a dense layer, weights stored as [inputs, outputs]. */
  private Value conv1d(String name, Value x, long outputs, Initialiser initialiser) {
    Value weights = net.parameter(name + ".weight", initialiser, x.type().dim(1), outputs);
    return net.bias(name, net.dot(name + ".dot", x, weights), 1);
  }

  /** Returns the library's smaller weights of layers that write to the residual stream. */
  private Initialiser residual() {
    return Initial.normal(0.02 / Math.sqrt(2.0 * size.layers()));
  }
}
