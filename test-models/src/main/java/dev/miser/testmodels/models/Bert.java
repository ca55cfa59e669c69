package dev.miser.testmodels.models;

import dev.miser.ir.func.Function;
import dev.miser.ir.func.Initialiser;
import dev.miser.ir.op.Attention;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Convert;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;

/**
 * The bidirectional transformer encoder of Devlin et al. (2019), as {@code BertModel(config,
 * add_pooling_layer = False)} of HuggingFace transformers has it.
 */
public final class Bert {
  /** How large the encoder is. */
  public record Size(
      String name,
      int layers,
      long width,
      long heads,
      long inner,
      long vocabulary,
      long positions) {
    public static final Size BASE = new Size("bert_base", 12, 768, 12, 3072, 30522, 512);
    public static final Size TINY = new Size("bert_tiny", 2, 128, 2, 512, 1000, 64);
  }

  private static final double EPSILON = 1e-12;

  private final NetBuilder net;
  private final Size size;
  private final long batch;
  private final long length;

  private Bert(Size size, long batch, long length) {
    this.net = new NetBuilder(size.name());
    this.size = size;
    this.batch = batch;
    this.length = length;
  }

  /** Builds the encoder for sequences of {@code length} tokens; the result is the last layer's. */
  public static Function build(Size size, long batch, long length) {
    return new Bert(size, batch, length).network();
  }

  private Function network() {
    Value tokens = net.indices("input_ids", size.vocabulary(), batch, length);
    Value segments = net.indices("token_type_ids", 2, batch, length);
    Value mask = net.indices("attention_mask", 2, batch, length);
    Value rows = embeddings(tokens, segments);
    Value bias = maskBias(mask);
    for (int i = 0; i < size.layers(); i++) {
      rows = layer("encoder.layer." + i + ".", rows, bias);
    }
    return net.returns(net.reshape("last_hidden_state", rows, batch, length, size.width()));
  }

  private Value embeddings(Value tokens, Value segments) {
    String name = "embeddings.";
    long width = size.width();
    Value words = net.embedding(name + "word_embeddings", tokens, size.vocabulary(), width);
    Value table =
        net.parameter(
            name + "position_embeddings.weight", Initial.TRANSFORMER, size.positions(), width);
    Value types = net.embedding(name + "token_type_embeddings", segments, 2, width);
    Value used = net.slice(name + "positions", table, 0, 0, length);
    Value positions = net.broadcast(name + "position_embeddings", used, words.type().shape(), 1, 2);
    Value sum = net.sum(name + "typed", words, types);
    sum = net.sum(name + "sum", sum, positions);
    Value normal = net.layerNorm(name + "LayerNorm", sum, EPSILON);
    return net.reshape(name + "rows", normal, batch * length, width);
  }

  /** Returns what the scores get added: 0 where the mask is 1, the least float where it is 0. */
  private Value maskBias(Value mask) {
    Value kept = net.add("attention_mask.kept", new Convert(mask, ElementType.F32));
    Value one = net.constant("attention_mask.one", 1, kept);
    Value dropped = net.binary("attention_mask.dropped", Binary.Kind.SUBTRACT, one, kept);
    Value least = net.constant("attention_mask.least", -Float.MAX_VALUE, kept);
    Value bias = net.product("attention_mask.bias", dropped, least);
    return net.reshape("attention_mask.scores", bias, batch, 1, 1, length);
  }

  private Value layer(String name, Value x, Value bias) {
    Value attended = attention(name + "attention.", x, bias);
    Value inner = net.linear(name + "intermediate.dense", attended, size.inner(), weights());
    inner = net.unary(name + "intermediate.gelu", Unary.Kind.GELU, inner);
    Value y = net.linear(name + "output.dense", inner, size.width(), weights());
    y = net.sum(name + "output.sum", y, attended);
    return net.layerNorm(name + "output.LayerNorm", y, EPSILON);
  }

  private Value attention(String name, Value x, Value bias) {
    Value query = projection(name + "self.query", x);
    Value key = projection(name + "self.key", x);
    Value value = projection(name + "self.value", x);
    double scale = 1 / Math.sqrt((double) size.width() / size.heads());
    Value heads = net.add(name + "self", new Attention(query, key, value, bias, scale, false));
    Value y = net.joinHeads(name + "self", heads);
    y = net.linear(name + "output.dense", y, size.width(), weights());
    y = net.sum(name + "output.sum", y, x);
    return net.layerNorm(name + "output.LayerNorm", y, EPSILON);
  }

  private Value projection(String name, Value x) {
    return net.splitHeads(name, net.linear(name, x, size.width(), weights()), batch, size.heads());
  }

  private Initialiser weights() {
    return Initial.TRANSFORMER;
  }
}
