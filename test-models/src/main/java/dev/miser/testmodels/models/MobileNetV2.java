package dev.miser.testmodels.models;

import dev.miser.ir.func.Function;
import dev.miser.ir.op.Value;
import java.util.List;

/**
 * A network of inverted residuals around depthwise convolutions (Sandler et al., 2018), as
 * torchvision has it.
 */
public final class MobileNetV2 {
  private record Stage(long expansion, long channels, int repeats, long stride) {}

  private static final List<Stage> STAGES =
      List.of(
          new Stage(1, 16, 1, 1),
          new Stage(6, 24, 2, 2),
          new Stage(6, 32, 3, 2),
          new Stage(6, 64, 4, 2),
          new Stage(6, 96, 3, 1),
          new Stage(6, 160, 3, 2),
          new Stage(6, 320, 1, 1));

  private final NetBuilder net = new NetBuilder("mobilenet_v2");

  private MobileNetV2() {}

  public static Function build(long batch, long size) {
    return new MobileNetV2().network(batch, size);
  }

  private Function network(long batch, long size) {
    Value x = net.input("image", batch, 3, size, size);
    x = convNormRelu6("features.0.", x, Conv.square(32, 3).stride(2).padding(1).linearInput());
    int layer = 1;
    for (Stage stage : STAGES) {
      for (int i = 0; i < stage.repeats(); i++) {
        x = invertedResidual("features." + layer++, x, stage, i == 0 ? stage.stride() : 1);
      }
    }
    x = convNormRelu6("features." + layer + ".", x, Conv.pointwise(1280).linearInput());
    x = net.globalAverage("avgpool", x);
    return net.returns(net.linear("classifier.1", x, 1000, Initial.linear(1280)));
  }

  private Value invertedResidual(String name, Value x, Stage stage, long stride) {
    long inputs = x.type().dim(1);
    long hidden = inputs * stage.expansion();
    int module = 0;
    Value y = x;
    if (stage.expansion() != 1) {
      y = convNormRelu6(name + ".conv.0.", y, Conv.pointwise(hidden).linearInput());
      module = 1;
    }
    y = convNormRelu6(name + ".conv." + module + ".", y, Conv.depthwise(hidden, 3).stride(stride));
    y = net.conv(name + ".conv." + (module + 1), y, Conv.pointwise(stage.channels()));
    y = net.batchNorm(name + ".conv." + (module + 2), y);
    return stride == 1 && inputs == stage.channels() ? net.sum(name, x, y) : y;
  }

  private Value convNormRelu6(String name, Value x, Conv conv) {
    return net.relu6(name + "2", net.batchNorm(name + "1", net.conv(name + "0", x, conv)));
  }
}
