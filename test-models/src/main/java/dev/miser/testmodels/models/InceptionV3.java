package dev.miser.testmodels.models;

import dev.miser.ir.func.Function;
import dev.miser.ir.op.Value;
import java.util.List;

/**
 * A network of parallel branches of different windows (Szegedy et al., 2016), as torchvision has it
 * in evaluation: without the auxiliary classifier and without transforming the input.
 */
public final class InceptionV3 {
  private final NetBuilder net = new NetBuilder("inception_v3");

  private InceptionV3() {}

  /** Builds the network for images of at least 75x75. */
  public static Function build(long batch, long size) {
    return new InceptionV3().network(batch, size);
  }

  private Function network(long batch, long size) {
    Value x = net.input("image", batch, 3, size, size);
    x = basic("Conv2d_1a_3x3", x, Conv.square(32, 3).stride(2).linearInput());
    x = basic("Conv2d_2a_3x3", x, Conv.square(32, 3));
    x = basic("Conv2d_2b_3x3", x, Conv.square(64, 3).samePadding());
    x = net.maxPool("maxpool1", x, 3, 2, 0);
    x = basic("Conv2d_3b_1x1", x, Conv.pointwise(80));
    x = basic("Conv2d_4a_3x3", x, Conv.square(192, 3));
    x = net.maxPool("maxpool2", x, 3, 2, 0);
    x = blockA("Mixed_5b", x, 32);
    x = blockA("Mixed_5c", x, 64);
    x = blockA("Mixed_5d", x, 64);
    x = blockB("Mixed_6a", x);
    x = blockC("Mixed_6b", x, 128);
    x = blockC("Mixed_6c", x, 160);
    x = blockC("Mixed_6d", x, 160);
    x = blockC("Mixed_6e", x, 192);
    x = blockD("Mixed_7a", x);
    x = blockE("Mixed_7b", x);
    x = blockE("Mixed_7c", x);
    x = net.globalAverage("avgpool", x);
    return net.returns(net.linear("fc", x, 1000, Initial.linear(2048)));
  }

  private Value blockA(String name, Value x, long poolFeatures) {
    Value single = basic(name + ".branch1x1", x, Conv.pointwise(64));
    Value wide = basic(name + ".branch5x5_1", x, Conv.pointwise(48));
    wide = basic(name + ".branch5x5_2", wide, Conv.square(64, 5).samePadding());
    Value twice = basic(name + ".branch3x3dbl_1", x, Conv.pointwise(64));
    twice = basic(name + ".branch3x3dbl_2", twice, Conv.square(96, 3).samePadding());
    twice = basic(name + ".branch3x3dbl_3", twice, Conv.square(96, 3).samePadding());
    return net.concat(name, 1, List.of(single, wide, twice, pooled(name, x, poolFeatures)));
  }

  private Value blockB(String name, Value x) {
    Value once = basic(name + ".branch3x3", x, Conv.square(384, 3).stride(2));
    Value twice = basic(name + ".branch3x3dbl_1", x, Conv.pointwise(64));
    twice = basic(name + ".branch3x3dbl_2", twice, Conv.square(96, 3).samePadding());
    twice = basic(name + ".branch3x3dbl_3", twice, Conv.square(96, 3).stride(2));
    Value pool = net.maxPool(name + ".branch_pool", x, 3, 2, 0);
    return net.concat(name, 1, List.of(once, twice, pool));
  }

  private Value blockC(String name, Value x, long width) {
    Value single = basic(name + ".branch1x1", x, Conv.pointwise(192));
    Value once = basic(name + ".branch7x7_1", x, Conv.pointwise(width));
    once = basic(name + ".branch7x7_2", once, row(width, 7));
    once = basic(name + ".branch7x7_3", once, column(192, 7));
    Value twice = basic(name + ".branch7x7dbl_1", x, Conv.pointwise(width));
    twice = basic(name + ".branch7x7dbl_2", twice, column(width, 7));
    twice = basic(name + ".branch7x7dbl_3", twice, row(width, 7));
    twice = basic(name + ".branch7x7dbl_4", twice, column(width, 7));
    twice = basic(name + ".branch7x7dbl_5", twice, row(192, 7));
    return net.concat(name, 1, List.of(single, once, twice, pooled(name, x, 192)));
  }

  private Value blockD(String name, Value x) {
    Value narrow = basic(name + ".branch3x3_1", x, Conv.pointwise(192));
    narrow = basic(name + ".branch3x3_2", narrow, Conv.square(320, 3).stride(2));
    Value wide = basic(name + ".branch7x7x3_1", x, Conv.pointwise(192));
    wide = basic(name + ".branch7x7x3_2", wide, row(192, 7));
    wide = basic(name + ".branch7x7x3_3", wide, column(192, 7));
    wide = basic(name + ".branch7x7x3_4", wide, Conv.square(192, 3).stride(2));
    Value pool = net.maxPool(name + ".branch_pool", x, 3, 2, 0);
    return net.concat(name, 1, List.of(narrow, wide, pool));
  }

  private Value blockE(String name, Value x) {
    Value single = basic(name + ".branch1x1", x, Conv.pointwise(320));
    Value once = basic(name + ".branch3x3_1", x, Conv.pointwise(384));
    once = fork(name + ".branch3x3", "_2", once);
    Value twice = basic(name + ".branch3x3dbl_1", x, Conv.pointwise(448));
    twice = basic(name + ".branch3x3dbl_2", twice, Conv.square(384, 3).samePadding());
    twice = fork(name + ".branch3x3dbl", "_3", twice);
    return net.concat(name, 1, List.of(single, once, twice, pooled(name, x, 192)));
  }

  private Value fork(String branch, String layer, Value x) {
    Value across = basic(branch + layer + "a", x, row(384, 3));
    Value down = basic(branch + layer + "b", x, column(384, 3));
    return net.concat(branch, 1, List.of(across, down));
  }

  private Value pooled(String name, Value x, long features) {
    Value pool = net.averagePool(name + ".pool", x, 3, 1, 1);
    return basic(name + ".branch_pool", pool, Conv.pointwise(features));
  }

  private static Conv row(long outputs, long length) {
    return Conv.window(outputs, 1, length).samePadding();
  }

  private static Conv column(long outputs, long length) {
    return Conv.window(outputs, length, 1).samePadding();
  }

  private Value basic(String name, Value x, Conv conv) {
    Value y = net.conv(name + ".conv", x, conv);
    return net.relu(name + ".relu", net.batchNorm(name + ".bn", y, Initial.SCALE, 1e-3));
  }
}
