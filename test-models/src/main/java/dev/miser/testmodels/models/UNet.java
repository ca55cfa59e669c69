package dev.miser.testmodels.models;

import dev.miser.ir.func.Function;
import dev.miser.ir.op.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * The segmentation network of Ronneberger et al. (2015) with padded convolutions, batch
 * normalization and transposed convolutions on the way up, as {@code UNet(n_channels = 3, n_classes
 * = 2)} of github.com/milesial/Pytorch-UNet.
 */
public final class UNet {
  private static final int LEVELS = 4;

  private final NetBuilder net = new NetBuilder("unet");

  private UNet() {}

  /** Builds the network for images whose size is a multiple of 16. */
  public static Function build(long batch, long size) {
    return new UNet().network(batch, size);
  }

  private Function network(long batch, long size) {
    Value image = net.input("image", batch, 3, size, size);
    Conv first = Conv.square(64, 3).samePadding().linearInput();
    List<Value> skips = new ArrayList<>();
    skips.add(doubleConv("inc", image, first));
    for (int level = 1; level <= LEVELS; level++) {
      Value pooled = net.maxPool("down" + level + ".maxpool_conv.0", skips.getLast(), 2, 2, 0);
      Conv conv = Conv.square(64L << level, 3).samePadding();
      skips.add(doubleConv("down" + level + ".maxpool_conv.1", pooled, conv));
    }
    Value x = skips.getLast();
    for (int level = 1; level <= LEVELS; level++) {
      long channels = 64L << (LEVELS - level);
      String name = "up" + level;
      Value up = net.upsamplingConv(name + ".up", x, channels);
      Value joined = net.concat(name + ".concat", 1, List.of(skips.get(LEVELS - level), up));
      x = doubleConv(name + ".conv", joined, Conv.square(channels, 3).samePadding());
    }
    return net.returns(net.biasedConv("outc.conv", x, Conv.pointwise(2)));
  }

  private Value doubleConv(String name, Value x, Conv first) {
    String layers = name + ".double_conv.";
    Value y = net.conv(layers + "0", x, first);
    y = net.relu(layers + "2", net.batchNorm(layers + "1", y));
    y = net.conv(layers + "3", y, Conv.square(first.outputs(), 3).samePadding());
    return net.relu(layers + "5", net.batchNorm(layers + "4", y));
  }
}
