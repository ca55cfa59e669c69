package dev.miser.ir.op;

import dev.miser.ir.diag.Code;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * The transpose of a convolution's linear map, also its gradient with respect to the input: input
 * [n, c, spatial...], weights [c, o / groups, window...], result [n, o, spatial...] with size
 * {@code (size - 1) * stride + dilation * (window - 1) + 1 - low - high + outputPadding}.
 */
public record TransposedConvolution(
    Value x,
    Value weights,
    @Default("[]") List<Long> stride,
    @Default("[]") List<Long> low,
    @Default("[]") List<Long> high,
    @Default("[]") List<Long> outputPadding,
    @Default("[]") List<Long> dilation,
    @Default("1") long groups)
    implements Contraction {
  public TransposedConvolution {
    int spatial = x.type().rank() - 2;
    stride = Windows.orElse(stride, spatial, 1);
    low = Windows.orElse(low, spatial, 0);
    high = Windows.orElse(high, spatial, 0);
    outputPadding = Windows.orElse(outputPadding, spatial, 0);
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
    Require.length("output_padding", outputPadding, spatial);
    Require.length("dilation", dilation, spatial);
    Require.atLeast("stride", stride, 1);
    Require.atLeast("low", low, 0);
    Require.atLeast("high", high, 0);
    Require.atLeast("output_padding", outputPadding, 0);
    Require.atLeast("dilation", dilation, 1);
    Require.atLeast("groups", groups, 1);
    long channels = x.type().dim(1);
    Require.that(channels % groups == 0, Code.CONV_GROUPS, channels, groups);
    Require.that(
        weights.type().dim(0) == channels, Code.CONV_CHANNELS, weights.type().dim(0), channels);
    var dims =
        new ArrayList<Long>(
            List.of(x.type().dim(0), Windows.product(weights.type().dim(1), groups)));
    for (int i = 0; i < spatial; i++) {
      long size = x.type().dim(i + 2);
      Require.atLeast("size", size, 1);
      Require.atLeast("window", weights.type().dim(i + 2), 1);
      Require.that(
          outputPadding.get(i) < Math.max(stride.get(i), dilation.get(i)),
          Code.CONV_OUTPUT_PADDING,
          outputPadding.get(i),
          stride.get(i),
          dilation.get(i));
      long result =
          Windows.exact(
              () -> "axis",
              Windows.product(size - 1, stride.get(i)),
              Windows.dilated(weights.type().dim(i + 2), dilation.get(i)),
              -low.get(i),
              -high.get(i),
              outputPadding.get(i));
      Require.that(result >= 0, Code.PAD_NEGATIVE, i + 2, result);
      dims.add(result);
    }
    return x.type().withShape(new Shape(dims));
  }
}
