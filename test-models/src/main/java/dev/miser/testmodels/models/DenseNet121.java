package dev.miser.testmodels.models;

import dev.miser.ir.func.Function;
import dev.miser.ir.op.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * A network whose layers read all earlier ones of their block (Huang et al., 2017), as torchvision
 * has it.
 */
public final class DenseNet121 {
  private static final List<Integer> BLOCKS = List.of(6, 12, 24, 16);
  private static final long GROWTH = 32;

  private final NetBuilder net = new NetBuilder("densenet121");

  private DenseNet121() {}

  public static Function build(long batch, long size) {
    return new DenseNet121().network(batch, size);
  }

  private Function network(long batch, long size) {
    Value x = net.input("image", batch, 3, size, size);
    x = net.conv("features.conv0", x, Conv.square(64, 7).stride(2).padding(3).linearInput());
    x = net.relu("features.relu0", net.batchNorm("features.norm0", x));
    x = net.maxPool("features.pool0", x, 3, 2, 1);
    for (int block = 1; block <= BLOCKS.size(); block++) {
      x = denseBlock("features.denseblock" + block, x, BLOCKS.get(block - 1));
      if (block < BLOCKS.size()) {
        x = transition("features.transition" + block + ".", x);
      }
    }
    x = net.relu("features.relu5", net.batchNorm("features.norm5", x));
    x = net.globalAverage("avgpool", x);
    return net.returns(net.linear("classifier", x, 1000, Initial.linear(x.type().dim(1))));
  }

  private Value denseBlock(String name, Value x, int layers) {
    List<Value> features = new ArrayList<>(List.of(x));
    for (int layer = 1; layer <= layers; layer++) {
      String inner = name + ".denselayer" + layer + ".";
      Value y = layer == 1 ? x : net.concat(inner + "concat", 1, features);
      y = net.relu(inner + "relu1", net.batchNorm(inner + "norm1", y));
      y = net.conv(inner + "conv1", y, Conv.pointwise(4 * GROWTH));
      y = net.relu(inner + "relu2", net.batchNorm(inner + "norm2", y));
      features.add(net.conv(inner + "conv2", y, Conv.square(GROWTH, 3).samePadding()));
    }
    return net.concat(name, 1, features);
  }

  private Value transition(String name, Value x) {
    Value y = net.relu(name + "relu", net.batchNorm(name + "norm", x));
    y = net.conv(name + "conv", y, Conv.pointwise(x.type().dim(1) / 2));
    return net.averagePool(name + "pool", y, 2, 2, 0);
  }
}
