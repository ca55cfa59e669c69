package dev.miser.testmodels.models;

import dev.miser.ir.func.Function;
import dev.miser.ir.func.Initialiser;
import dev.miser.ir.op.Value;
import java.util.List;

/**
 * Residual networks of bottleneck blocks (He et al., 2016; Xie et al., 2017), as torchvision has
 * them: the stride is at the 3x3 convolution.
 */
public final class ResNet {
  /** What tells the networks apart: blocks in each stage, and how wide their 3x3 convolution is. */
  public record Variant(String name, List<Integer> blocks, long groups, long groupWidth) {
    public static final Variant RESNET50 = new Variant("resnet50", List.of(3, 4, 6, 3), 1, 64);
    public static final Variant RESNEXT50 =
        new Variant("resnext50_32x4d", List.of(3, 4, 6, 3), 32, 4);
  }

  private static final long EXPANSION = 4;

  private final NetBuilder net;
  private final Variant variant;

  private ResNet(Variant variant) {
    this.variant = variant;
    this.net = new NetBuilder(variant.name());
  }

  public static Function build(Variant variant, long batch, long size) {
    return new ResNet(variant).network(batch, size);
  }

  private Function network(long batch, long size) {
    Value x = net.input("image", batch, 3, size, size);
    x = net.conv("conv1", x, Conv.square(64, 7).stride(2).padding(3).linearInput());
    x = net.relu("relu", net.batchNorm("bn1", x));
    x = net.maxPool("maxpool", x, 3, 2, 1);
    for (int stage = 0; stage < variant.blocks().size(); stage++) {
      for (int block = 0; block < variant.blocks().get(stage); block++) {
        long stride = stage > 0 && block == 0 ? 2 : 1;
        x = bottleneck("layer" + (stage + 1) + "." + block + ".", x, 64L << stage, stride);
      }
    }
    x = net.globalAverage("avgpool", x);
    return net.returns(net.linear("fc", x, 1000, Initial.linear(x.type().dim(1))));
  }

  private Value bottleneck(String name, Value x, long planes, long stride) {
    long width = planes * variant.groupWidth() / 64 * variant.groups();
    long outputs = planes * EXPANSION;
    Value y = net.conv(name + "conv1", x, Conv.pointwise(width));
    y = net.relu(name + "relu1", net.batchNorm(name + "bn1", y));
    Conv middle = Conv.square(width, 3).stride(stride).padding(1).groups(variant.groups());
    y = net.conv(name + "conv2", y, middle);
    y = net.relu(name + "relu2", net.batchNorm(name + "bn2", y));
    y = net.conv(name + "conv3", y, Conv.pointwise(outputs));
    y = norm(name + "bn3", y, Initial.RESIDUAL_SCALE);
    Value shortcut = x;
    if (stride != 1 || x.type().dim(1) != outputs) {
      shortcut = net.conv(name + "downsample.0", x, Conv.pointwise(outputs).stride(stride));
      shortcut = net.batchNorm(name + "downsample.1", shortcut);
    }
    return net.relu(name + "relu3", net.sum(name + "sum", y, shortcut));
  }

  private Value norm(String name, Value x, Initialiser scale) {
    return net.batchNorm(name, x, scale, 1e-5);
  }
}
