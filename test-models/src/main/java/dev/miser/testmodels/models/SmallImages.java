package dev.miser.testmodels.models;

import dev.miser.ir.func.Function;
import dev.miser.ir.func.Initialiser;
import dev.miser.ir.op.Constant;
import dev.miser.ir.op.GroupNorm;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.LocalResponseNorm;
import dev.miser.ir.op.Pad;
import dev.miser.ir.op.TransposedConvolution;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.List;

/** Small networks over images, volumes and signals. */
final class SmallImages {
  private SmallImages() {}

  static List<Function> all() {
    return List.of(
        alexnet(),
        squeezenet(),
        shufflenet(),
        resnext(),
        squeezeAndExcite(),
        convnext(),
        diffusion(),
        superResolution(),
        autoencoder(),
        temporal(),
        video());
  }

  /** Large strides, local response normalization, overlapping pools. */
  private static Function alexnet() {
    var net = new NetBuilder("small_alexnet");
    Value x = net.input("image", 2, 3, 39, 39);
    x = net.relu("relu1", net.biasedConv("conv1", x, Conv.square(16, 7).stride(4).padding(2)));
    x = net.add("norm1", new LocalResponseNorm(x, 5, 1e-2, 0.75, 2));
    x = net.maxPool("pool1", x, 3, 2, 0);
    Conv second = Conv.square(24, 5).samePadding().groups(2);
    x = net.relu("relu2", net.biasedConv("conv2", x, second));
    x = net.maxPool("pool2", x, 3, 2, 1);
    x = net.flatten("flatten", x);
    x = net.relu("relu3", net.linear("fc1", x, 30, Initial.rectified(x.type().dim(1))));
    return net.returns(net.linear("fc2", x, 10, Initial.linear(30)));
  }

  /** Two branches joined by channels, thrice. */
  private static Function squeezenet() {
    var net = new NetBuilder("small_squeezenet");
    Value x = net.input("image", 1, 3, 33, 33);
    x = net.relu("relu1", net.biasedConv("conv1", x, Conv.square(16, 3).stride(2)));
    x = net.maxPool("pool1", x, 3, 2, 0);
    for (int fire = 2; fire < 5; fire++) {
      String name = "fire" + fire + ".";
      Value squeezed = net.biasedConv(name + "squeeze", x, Conv.pointwise(6L + fire));
      squeezed = net.relu(name + "squeeze_activation", squeezed);
      Value near = net.biasedConv(name + "expand1x1", squeezed, Conv.pointwise(13));
      Conv wide = Conv.square(19, 3).samePadding();
      Value far = net.biasedConv(name + "expand3x3", squeezed, wide);
      near = net.relu(name + "expand1x1_activation", near);
      far = net.relu(name + "expand3x3_activation", far);
      x = net.concat(name + "concat", 1, List.of(near, far));
    }
    x = net.biasedConv("classifier", x, Conv.pointwise(10));
    return net.returns(net.globalAverage("avgpool", x));
  }

  /** Grouped pointwise convolutions with channels shuffled between them. */
  private static Function shufflenet() {
    var net = new NetBuilder("small_shufflenet");
    Value x = net.input("image", 2, 12, 14, 14);
    for (int unit = 0; unit < 2; unit++) {
      String name = "unit" + unit + ".";
      Value y = net.conv(name + "conv1", x, Conv.pointwise(24).groups(3));
      y = net.relu(name + "relu1", net.batchNorm(name + "bn1", y));
      y = net.reshape(name + "groups", y, 2, 3, 8, 14, 14);
      y = net.transpose(name + "turned", y, 0, 2, 1, 3, 4);
      y = net.reshape(name + "shuffled", y, 2, 24, 14, 14);
      y = net.batchNorm(name + "bn2", net.conv(name + "conv2", y, Conv.depthwise(24, 3)));
      y = net.conv(name + "conv3", y, Conv.pointwise(12).groups(3).linearInput());
      x = net.relu(name + "relu2", net.sum(name + "sum", x, net.batchNorm(name + "bn3", y)));
    }
    return net.returns(x);
  }

  /** A bottleneck of many groups that halves the image. */
  private static Function resnext() {
    var net = new NetBuilder("small_resnext");
    Value x = net.input("image", 1, 32, 15, 15);
    Value y = net.relu("relu1", net.batchNorm("bn1", net.conv("conv1", x, Conv.pointwise(32))));
    Conv middle = Conv.square(32, 3).stride(2).padding(1).groups(8);
    y = net.relu("relu2", net.batchNorm("bn2", net.conv("conv2", y, middle)));
    y = net.batchNorm("bn3", net.conv("conv3", y, Conv.pointwise(48)));
    Value shortcut = net.averagePool("downsample.0", x, 3, 2, 1);
    shortcut = net.conv("downsample.1", shortcut, Conv.pointwise(48));
    return net.returns(net.relu("relu3", net.sum("sum", y, shortcut)));
  }

  /** An inverted residual whose channels are weighted by what the whole image holds. */
  private static Function squeezeAndExcite() {
    var net = new NetBuilder("small_squeeze_excite");
    Value x = net.input("image", 2, 10, 13, 11);
    Value y = net.batchNorm("bn1", net.conv("expand", x, Conv.pointwise(30).linearInput()));
    y = net.unary("silu1", Unary.Kind.SILU, y);
    y = net.batchNorm("bn2", net.conv("depthwise", y, Conv.depthwise(30, 5)));
    y = net.unary("silu2", Unary.Kind.SILU, y);
    Value weights = net.globalAverage("squeeze", y);
    weights = net.linear("reduce", weights, 4, Initial.linear(30));
    weights = net.unary("silu3", Unary.Kind.SILU, weights);
    weights = net.linear("restore", weights, 30, Initial.linear(4));
    weights = net.unary("gate", Unary.Kind.SIGMOID, weights);
    Value wide = net.broadcast("gate.broadcast", weights, y.type().shape(), 0, 1);
    y = net.product("excite", y, wide);
    y = net.batchNorm("bn3", net.conv("project", y, Conv.pointwise(10)));
    return net.returns(net.sum("sum", x, y));
  }

  /** Depthwise 7x7, then a perceptron over channels that stand last. */
  private static Function convnext() {
    var net = new NetBuilder("small_convnext");
    Value x = net.input("image", 1, 20, 9, 12);
    Value y = net.biasedConv("dwconv", x, Conv.depthwise(20, 7));
    y = net.transpose("channels_last", y, 0, 2, 3, 1);
    y = net.layerNorm("norm", y, 1e-6);
    Value rows = net.reshape("rows", y, 108, 20);
    rows = net.linear("pwconv1", rows, 80, Initial.linear(20));
    rows = net.unary("act", Unary.Kind.GELU, rows);
    rows = net.linear("pwconv2", rows, 20, Initial.linear(80));
    Value gamma = net.parameter("gamma", Initial.SCALE, 20);
    rows = net.product("scaled", rows, net.alongAxis("gamma.broadcast", gamma, rows, 1));
    Value image = net.reshape("image.last", rows, 1, 9, 12, 20);
    return net.returns(net.sum("sum", x, net.transpose("channels_first", image, 0, 3, 1, 2)));
  }

  /** A residual block of group normalization, a time embedding, and a nearest upsampling. */
  private static Function diffusion() {
    var net = new NetBuilder("small_diffusion");
    Value x = net.input("image", 1, 16, 8, 8);
    Value time = net.input("time", 1, 12);
    Value y = groupNorm(net, "norm1", x, 4);
    y = net.unary("silu1", Unary.Kind.SILU, y);
    y = net.biasedConv("conv1", y, Conv.square(16, 3).samePadding());
    Value shift = net.unary("time.silu", Unary.Kind.SILU, time);
    shift = net.linear("time_emb_proj", shift, 16, Initial.linear(12));
    y = net.sum("timed", y, net.broadcast("time.broadcast", shift, y.type().shape(), 0, 1));
    y = net.unary("silu2", Unary.Kind.SILU, groupNorm(net, "norm2", y, 16));
    y = net.sum("sum", x, net.biasedConv("conv2", y, Conv.square(16, 3).samePadding()));
    y = net.broadcast("repeated", y, Shape.of(1, 16, 8, 2, 8, 2), 0, 1, 2, 4);
    y = net.reshape("upsampled", y, 1, 16, 16, 16);
    return net.returns(net.biasedConv("conv3", y, Conv.square(5, 3).samePadding()));
  }

  private static Value groupNorm(NetBuilder net, String name, Value x, long groups) {
    long channels = x.type().dim(1);
    Value scale = net.parameter(name + ".weight", Initial.SCALE, channels);
    Value bias = net.parameter(name + ".bias", Initial.BIAS, channels);
    return net.add(name, new GroupNorm(x, scale, bias, groups, 1e-5));
  }

  /** Channels become pixels. */
  private static Function superResolution() {
    var net = new NetBuilder("small_super_resolution");
    Value x = net.input("image", 2, 1, 10, 14);
    Value y = net.biasedConv("conv1", x, Conv.square(12, 5).samePadding().linearInput());
    y = net.unary("tanh1", Unary.Kind.TANH, y);
    y = net.biasedConv("conv2", y, Conv.square(9, 3).samePadding());
    y = net.reshape("pixels", y, 2, 1, 3, 3, 10, 14);
    y = net.transpose("pixels.turned", y, 0, 1, 4, 2, 5, 3);
    return net.returns(net.reshape("shuffled", y, 2, 1, 30, 42));
  }

  /** Strided convolutions down and transposed ones up, sizes odd. */
  private static Function autoencoder() {
    var net = new NetBuilder("small_autoencoder");
    Value x = net.input("image", 2, 2, 17, 13);
    x = net.biasedConv("down1", x, Conv.square(8, 3).stride(2).padding(1).linearInput());
    x = net.unary("softplus", Unary.Kind.SOFTPLUS, x);
    x = net.biasedConv("down2", x, Conv.square(12, 3).stride(2).padding(1));
    x = net.unary("tanh", Unary.Kind.TANH, x);
    x = transposed(net, "up1", x, 8);
    x = net.relu("relu1", x);
    x = transposed(net, "up2", x, 2);
    return net.returns(net.unary("pixels", Unary.Kind.SIGMOID, x));
  }

  private static Value transposed(NetBuilder net, String name, Value x, long outputs) {
    long channels = x.type().dim(1);
    Initialiser initialiser = Initial.rectified(channels * 9 / 4);
    Value weights = net.parameter(name + ".weight", initialiser, channels, outputs, 3, 3);
    List<Long> one = List.of(1L, 1L);
    List<Long> two = List.of(2L, 2L);
    var op = new TransposedConvolution(x, weights, two, one, one, List.of(), List.of(), 1);
    return net.bias(name, net.add(name + ".conv", op), 1);
  }

  /** Causal convolutions over one axis whose reach doubles, with gates. */
  private static Function temporal() {
    var net = new NetBuilder("small_temporal");
    Value x = net.input("signal", 2, 8, 37);
    TensorType scalar = TensorType.of(ElementType.F32);
    Value zero = net.add("zero", new Constant(Literal.splat(scalar, 0.0)));
    Value skips = net.constant("silence", 0, x);
    for (int layer = 0; layer < 4; layer++) {
      String name = "layer" + layer + ".";
      long reach = 1L << layer;
      List<Long> before = List.of(0L, 0L, reach);
      Value padded =
          net.add(name + "pad", new Pad(x, zero, before, List.of(0L, 0L, 0L), List.of()));
      Conv conv = Conv.window(16, 2).dilation(reach).linearInput();
      Value both = net.biasedConv(name + "conv", padded, conv);
      Value filter = net.slice(name + "filter", both, 1, 0, 8);
      Value gate = net.slice(name + "gate", both, 1, 8, 16);
      filter = net.unary(name + "tanh", Unary.Kind.TANH, filter);
      gate = net.unary(name + "sigmoid", Unary.Kind.SIGMOID, gate);
      Value z = net.product(name + "gated", filter, gate);
      z = net.biasedConv(name + "mix", z, Conv.window(8, 1));
      skips = net.sum(name + "skips", skips, z);
      x = net.sum(name + "residual", x, z);
    }
    return net.returns(net.relu("relu", skips), x);
  }

  /** Convolutions and pools over three axes. */
  private static Function video() {
    var net = new NetBuilder("small_video");
    Value x = net.input("clip", 1, 2, 6, 13, 11);
    x = net.biasedConv("conv1", x, Conv.window(6, 3, 3, 3).samePadding().linearInput());
    x = net.maxPool("pool1", net.relu("relu1", x), 2, 2, 0);
    x = net.biasedConv("conv2", x, Conv.window(10, 1, 3, 3).groups(2));
    x = net.batchNorm("bn2", x);
    x = net.globalAverage("avgpool", net.relu("relu2", x));
    return net.returns(net.linear("fc", x, 7, Initial.linear(10)));
  }
}
