package dev.miser.testmodels.models;

import dev.miser.ir.func.Function;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;

/** The two small networks that read handwritten digits. */
public final class Digits {
  private Digits() {}

  /** The perceptron of PyTorch's quickstart tutorial, 784 - 512 - 512 - 10. */
  public static Function mlp(long batch) {
    var net = new NetBuilder("mlp");
    Value x = net.input("image", batch, 784);
    String name = "linear_relu_stack.";
    x = net.linear(name + "0", x, 512, Initial.linear(784));
    x = net.relu(name + "1", x);
    x = net.linear(name + "2", x, 512, Initial.rectified(512));
    x = net.relu(name + "3", x);
    return net.returns(net.linear(name + "4", x, 10, Initial.linear(512)));
  }

  /**
   * LeNet-5 (LeCun et al., 1998) as it is mostly built today: the first convolution padded for
   * 28x28 images, the second reading all maps, sigmoids and average pooling, as in "Dive into Deep
   * Learning", section 7.6.
   */
  public static Function lenet5(long batch) {
    var net = new NetBuilder("lenet5");
    Value x = net.input("image", batch, 1, 28, 28);
    x = net.biasedConv("net.0", x, Conv.square(6, 5).padding(2).linearInput());
    x = net.averagePool("net.2", net.unary("net.1", Unary.Kind.SIGMOID, x), 2, 2, 0);
    x = net.biasedConv("net.3", x, Conv.square(16, 5));
    x = net.averagePool("net.5", net.unary("net.4", Unary.Kind.SIGMOID, x), 2, 2, 0);
    x = net.flatten("net.6", x);
    x = net.linear("net.7", x, 120, Initial.linear(400));
    x = net.linear("net.9", net.unary("net.8", Unary.Kind.SIGMOID, x), 84, Initial.linear(120));
    x = net.linear("net.11", net.unary("net.10", Unary.Kind.SIGMOID, x), 10, Initial.linear(84));
    return net.returns(x);
  }
}
