package dev.miser.testmodels.models;

import dev.miser.ir.func.Function;
import dev.miser.ir.op.Value;
import java.util.List;

/**
 * Thirteen 3x3 convolutions and three dense layers (Simonyan and Zisserman, 2015), as torchvision
 * has it. Images are 224x224; at another multiple of 32 the first dense layer reads what is there,
 * where torchvision would resample it to 7x7.
 */
public final class Vgg16 {
  private static final long POOL = 0;
  private static final List<Long> LAYERS =
      List.of(
          64L, 64L, POOL, 128L, 128L, POOL, 256L, 256L, 256L, POOL, 512L, 512L, 512L, POOL, 512L,
          512L, 512L, POOL);

  private Vgg16() {}

  public static Function build(long batch, long size) {
    var net = new NetBuilder("vgg16");
    Value x = net.input("image", batch, 3, size, size);
    int module = 0;
    for (long layer : LAYERS) {
      if (layer == POOL) {
        x = net.maxPool("features." + module++, x, 2, 2, 0);
      } else {
        Conv conv = Conv.square(layer, 3).samePadding();
        x = net.biasedConv("features." + module, x, module == 0 ? conv.linearInput() : conv);
        x = net.relu("features." + (module + 1), x);
        module += 2;
      }
    }
    x = net.flatten("flatten", x);
    for (int dense : List.of(0, 3)) {
      x = net.linear("classifier." + dense, x, 4096, Initial.rectified(x.type().dim(1)));
      x = net.relu("classifier." + (dense + 1), x);
    }
    return net.returns(net.linear("classifier.6", x, 1000, Initial.linear(4096)));
  }
}
