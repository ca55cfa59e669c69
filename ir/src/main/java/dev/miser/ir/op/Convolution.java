package dev.miser.ir.op;

import dev.miser.ir.diag.Code;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * Cross-correlation over 1 to 3 spatial axes with zero padding: input [n, c, spatial...], weights
 * [o, c / groups, window...], result [n, o, spatial...]. Lists run over the spatial axes.
 */
public record Convolution(
    Value x,
    Value weights,
    @Default("[]") List<Long> stride,
    @Default("[]") List<Long> low,
    @Default("[]") List<Long> high,
    @Default("[]") List<Long> dilation,
    @Default("1") long groups)
    implements Contraction {
  public Convolution {
    int spatial = x.type().rank() - 2;
    stride = Windows.orElse(stride, spatial, 1);
    low = Windows.orElse(low, spatial, 0);
    high = Windows.orElse(high, spatial, 0);
    dilation = Windows.orElse(dilation, spatial, 1);
  }

  @Override
  public TensorType inferType() {
    Require.isNumeric(x);
    Require.sameElement(x, weights);
    int rank = x.type().rank();
    Require.that(
        rank == weights.type().rank() && rank >= 3 && rank <= 5,
        Code.CONV_RANK,
        rank,
        weights.type().rank());
    int spatial = rank - 2;
    Require.length("stride", stride, spatial);
    Require.length("low", low, spatial);
    Require.length("high", high, spatial);
    Require.length("dilation", dilation, spatial);
    Require.atLeast("stride", stride, 1);
    Require.atLeast("low", low, 0);
    Require.atLeast("high", high, 0);
    Require.atLeast("dilation", dilation, 1);
    Require.atLeast("groups", groups, 1);
    long channels = x.type().dim(1);
    long outputs = weights.type().dim(0);
    Require.that(channels % groups == 0, Code.CONV_GROUPS, channels, groups);
    Require.that(outputs % groups == 0, Code.CONV_GROUPS, outputs, groups);
    Require.that(
        weights.type().dim(1) == channels / groups,
        Code.CONV_CHANNELS,
        weights.type().dim(1),
        channels / groups);
    var dims = new ArrayList<Long>(List.of(x.type().dim(0), outputs));
    for (int i = 0; i < spatial; i++) {
      Require.atLeast("window", weights.type().dim(i + 2), 1);
      dims.add(
          Windows.count(
              i + 2,
              x.type().dim(i + 2),
              weights.type().dim(i + 2),
              stride.get(i),
              low.get(i),
              high.get(i),
              dilation.get(i)));
    }
    return x.type().withShape(new Shape(dims));
  }
}
