package dev.miser.testmodels.models;

import dev.miser.ir.func.Function;
import dev.miser.ir.op.Attention;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Iota;
import dev.miser.ir.op.RmsNorm;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.List;

/** Small transformers and recurrent networks. */
final class SmallSequences {
  private SmallSequences() {}

  static List<Function> all() {
    return List.of(visionTransformer(), llama(), mixer(), crossAttention(), gru());
  }

  /** Patches by a strided convolution, a class token before them, layers normalized first. */
  private static Function visionTransformer() {
    var net = new NetBuilder("small_vision_transformer");
    Value image = net.input("image", 2, 3, 24, 24);
    Value x = net.biasedConv("conv_proj", image, Conv.square(32, 8).stride(8).linearInput());
    x = net.transpose("patches.last", net.reshape("patches", x, 2, 32, 9), 0, 2, 1);
    Value token = net.parameter("class_token", Initial.normal(1), 1, 1, 32);
    token = net.broadcast("class_token.broadcast", token, Shape.of(2, 1, 32), 0, 1, 2);
    x = net.concat("tokens", 1, List.of(token, x));
    Value places = net.parameter("encoder.pos_embedding", Initial.normal(0.5), 1, 10, 32);
    x = net.sum("placed", x, net.broadcast("pos", places, x.type().shape(), 0, 1, 2));
    x = net.reshape("rows", x, 20, 32);
    for (int i = 0; i < 2; i++) {
      String name = "encoder.layer" + i + ".";
      Value y = net.layerNorm(name + "ln_1", x, 1e-6);
      Value joint = net.linear(name + "in_proj", y, 96, Initial.linear(32));
      Value query = head(net, name + "query", joint, 0);
      Value key = head(net, name + "key", joint, 1);
      Value value = head(net, name + "value", joint, 2);
      y = net.add(name + "attention", new Attention(query, key, value, null, 0.3535, false));
      y = net.joinHeads(name + "attention", y);
      x = net.sum(name + "sum1", x, net.linear(name + "out_proj", y, 32, Initial.linear(32)));
      y = net.layerNorm(name + "ln_2", x, 1e-6);
      y = net.linear(name + "mlp.0", y, 64, Initial.linear(32));
      y = net.unary(name + "mlp.1", Unary.Kind.GELU, y);
      x = net.sum(name + "sum2", x, net.linear(name + "mlp.3", y, 32, Initial.linear(64)));
    }
    Value first = net.slice("class", net.reshape("last", x, 2, 10, 32), 1, 0, 1);
    first = net.layerNorm("encoder.ln", net.reshape("class.rows", first, 2, 32), 1e-6);
    return net.returns(net.linear("heads.head", first, 10, Initial.linear(32)));
  }

  private static Value head(NetBuilder net, String name, Value joint, long index) {
    Value part = net.slice(name, joint, 1, index * 32, (index + 1) * 32);
    return net.splitHeads(name, part, 2, 4);
  }

  /** Rotary positions, queries in groups that share keys, a gated perceptron, no biases. */
  private static Function llama() {
    long length = 11;
    long width = 48;
    var net = new NetBuilder("small_llama");
    Value tokens = net.indices("input_ids", 100, 1, length);
    Value x = net.embedding("embed_tokens", tokens, 100, width);
    x = net.reshape("rows", x, length, width);
    Value y = rmsNorm(net, "input_layernorm", x);
    Value query = net.splitHeads("q", plain(net, "q_proj", y, 48), 1, 6);
    Value key = net.splitHeads("k", plain(net, "k_proj", y, 16), 1, 2);
    Value value = net.splitHeads("v", plain(net, "v_proj", y, 16), 1, 2);
    Value angle = angles(net, length);
    query = rotate(net, "q", query, angle);
    key = rotate(net, "k", key, angle);
    key = shared(net, "k", key, length);
    value = shared(net, "v", value, length);
    Value mixed = net.add("attention", new Attention(query, key, value, null, 0.3535, true));
    x = net.sum("sum1", x, plain(net, "o_proj", net.joinHeads("attention", mixed), width));
    y = rmsNorm(net, "post_attention_layernorm", x);
    Value gate = net.unary("act", Unary.Kind.SILU, plain(net, "gate_proj", y, 100));
    y = net.product("gated", gate, plain(net, "up_proj", y, 100));
    x = net.sum("sum2", x, plain(net, "down_proj", y, width));
    return net.returns(plain(net, "lm_head", rmsNorm(net, "norm", x), 100));
  }

  private static Value rmsNorm(NetBuilder net, String name, Value x) {
    Value scale = net.parameter(name + ".weight", Initial.SCALE, x.type().dim(1));
    return net.add(name, new RmsNorm(x, scale, 1e-6));
  }

  private static Value plain(NetBuilder net, String name, Value x, long outputs) {
    long inputs = x.type().dim(1);
    Value weights = net.parameter(name + ".weight", Initial.linear(inputs), outputs, inputs);
    return net.dotTransposed(name, x, weights);
  }

  /** Returns position * 10000^(-i / 4) for the 4 pairs of a head, as [length, 4]. */
  private static Value angles(NetBuilder net, long length) {
    TensorType type = TensorType.of(ElementType.F32, length, 4);
    Value position = net.add("position", new Iota(type, 0));
    Value pair = net.add("pair", new Iota(type, 1));
    Value step = net.constant("step", -Math.log(10000) / 4, pair);
    Value frequency = net.unary("frequency", Unary.Kind.EXP, net.product("power", pair, step));
    return net.product("angle", position, frequency);
  }

  private static Value rotate(NetBuilder net, String name, Value heads, Value angle) {
    Value left = net.slice(name + ".left", heads, 3, 0, 4);
    Value right = net.slice(name + ".right", heads, 3, 4, 8);
    Value wide = net.add(name + ".angle", new Broadcast(angle, left.type().shape(), List.of(2, 3)));
    Value cos = net.unary(name + ".cos", Unary.Kind.COS, wide);
    Value sin = net.unary(name + ".sin", Unary.Kind.SIN, wide);
    Value first =
        net.binary(
            name + ".first",
            Binary.Kind.SUBTRACT,
            net.product(name + ".left.cos", left, cos),
            net.product(name + ".right.sin", right, sin));
    Value second =
        net.sum(
            name + ".second",
            net.product(name + ".right.cos", right, cos),
            net.product(name + ".left.sin", left, sin));
    return net.concat(name + ".rotated", 3, List.of(first, second));
  }

  private static Value shared(NetBuilder net, String name, Value heads, long length) {
    Value wide = net.broadcast(name + ".shared", heads, Shape.of(1, 2, 3, length, 8), 0, 1, 3, 4);
    return net.reshape(name + ".all", wide, 1, 6, length, 8);
  }

  /** Perceptrons over tokens, then over channels. */
  private static Function mixer() {
    var net = new NetBuilder("small_mixer");
    Value x = net.input("tokens", 2, 14, 20);
    Value y = net.transpose("turned", net.layerNorm("norm1", x, 1e-5), 0, 2, 1);
    y = perceptron(net, "token_mixing.", net.reshape("turned.rows", y, 40, 14), 33);
    y = net.transpose("back", net.reshape("turned.tokens", y, 2, 20, 14), 0, 2, 1);
    x = net.sum("sum1", x, y);
    y = net.reshape("rows", net.layerNorm("norm2", x, 1e-5), 28, 20);
    y = perceptron(net, "channel_mixing.", y, 50);
    return net.returns(net.sum("sum2", x, net.reshape("tokens.again", y, 2, 14, 20)));
  }

  private static Value perceptron(NetBuilder net, String name, Value x, long inner) {
    long width = x.type().dim(1);
    Value y = net.linear(name + "0", x, inner, Initial.linear(width));
    y = net.unary(name + "1", Unary.Kind.GELU_TANH, y);
    return net.linear(name + "3", y, width, Initial.linear(inner));
  }

  /** Queries, keys and values of three lengths and widths, and a bias for each head. */
  private static Function crossAttention() {
    var net = new NetBuilder("small_cross_attention");
    Value x = net.input("decoder", 14, 24);
    Value memory = net.input("encoder", 22, 18);
    Value query = net.splitHeads("q", plain(net, "q_proj", x, 24), 2, 3);
    Value key = net.splitHeads("k", plain(net, "k_proj", memory, 24), 2, 3);
    Value value = net.splitHeads("v", plain(net, "v_proj", memory, 15), 2, 3);
    Value bias = net.parameter("relative", Initial.normal(1), 1, 3, 7, 11);
    Value mixed = net.add("attention", new Attention(query, key, value, bias, 0.3535, false));
    Value y = plain(net, "o_proj", net.joinHeads("attention", mixed), 24);
    return net.returns(net.sum("sum", x, y));
  }

  /** A gated recurrent layer of six steps, as torch.nn.GRU. */
  private static Function gru() {
    long width = 19;
    var net = new NetBuilder("small_gru");
    Value x = net.input("x", 6, 3, width);
    Value h = net.input("h_0", 3, width);
    Value inputWeights = net.parameter("weight_ih_l0", Initial.recurrent(width), 3 * width, width);
    Value stateWeights = net.parameter("weight_hh_l0", Initial.recurrent(width), 3 * width, width);
    for (int t = 0; t < 6; t++) {
      String name = "t" + t + ".";
      Value now = net.reshape(name + "x", net.slice(name + "slice", x, 0, t, t + 1), 3, width);
      Value given = net.dotTransposed(name + "ih", now, inputWeights);
      Value before = net.dotTransposed(name + "hh", h, stateWeights);
      Value reset = gate(net, name + "reset", given, before, 0);
      Value update = gate(net, name + "update", given, before, width);
      Value kept = net.slice(name + "new.hh", before, 1, 2 * width, 3 * width);
      kept = net.product(name + "kept", reset, kept);
      Value fresh = net.slice(name + "new.ih", given, 1, 2 * width, 3 * width);
      fresh = net.unary(name + "new", Unary.Kind.TANH, net.sum(name + "new.sum", fresh, kept));
      Value change = net.binary(name + "change", Binary.Kind.SUBTRACT, h, fresh);
      h = net.sum(name + "h", fresh, net.product(name + "part", update, change));
    }
    return net.returns(h);
  }

  private static Value gate(NetBuilder net, String name, Value given, Value before, long from) {
    long to = from + given.type().dim(1) / 3;
    Value left = net.slice(name + ".ih", given, 1, from, to);
    Value right = net.slice(name + ".hh", before, 1, from, to);
    return net.unary(name, Unary.Kind.SIGMOID, net.sum(name + ".sum", left, right));
  }
}
