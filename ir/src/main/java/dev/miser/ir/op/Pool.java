package dev.miser.ir.op;

import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * Combines the elements under a window that slides over 1 to 3 spatial axes of [n, c, spatial...].
 * Padding never wins a maximum and adds nothing to a sum; the average divides by the number of
 * positions inside the image, or with {@code countPadding} by the size of the window. A window that
 * lies in padding alone gives the least value of the type (-inf), 0, and NaN or with {@code
 * countPadding} 0.
 */
public record Pool(
    Kind kind,
    Value x,
    List<Long> window,
    @Default("[]") List<Long> stride,
    @Default("[]") List<Long> low,
    @Default("[]") List<Long> high,
    @Default("[]") List<Long> dilation,
    @Default("false") boolean countPadding)
    implements Windowed {
  /** How elements combine. */
  public enum Kind implements Mnemonic {
    MAX_POOL,
    AVERAGE_POOL,
    SUM_POOL
  }

  public Pool {
    int spatial = x.type().rank() - 2;
    window = List.copyOf(window);
    stride = Windows.orElse(stride, spatial, 1);
    low = Windows.orElse(low, spatial, 0);
    high = Windows.orElse(high, spatial, 0);
    dilation = Windows.orElse(dilation, spatial, 1);
  }

  @Override
  public TensorType inferType() {
    if (kind == Kind.AVERAGE_POOL) {
      Require.isFloat(x);
    } else {
      Require.isNumeric(x);
    }
    int rank = x.type().rank();
    Require.rank(x, rank >= 3 && rank <= 5, "3 to 5");
    int spatial = rank - 2;
    Require.length("window", window, spatial);
    Require.length("stride", stride, spatial);
    Require.length("low", low, spatial);
    Require.length("high", high, spatial);
    Require.length("dilation", dilation, spatial);
    Require.atLeast("window", window, 1);
    Require.atLeast("stride", stride, 1);
    Require.atLeast("low", low, 0);
    Require.atLeast("high", high, 0);
    Require.atLeast("dilation", dilation, 1);
    var dims = new ArrayList<Long>(List.of(x.type().dim(0), x.type().dim(1)));
    for (int i = 0; i < spatial; i++) {
      dims.add(
          Windows.count(
              i + 2,
              x.type().dim(i + 2),
              window.get(i),
              stride.get(i),
              low.get(i),
              high.get(i),
              dilation.get(i)));
    }
    return x.type().withShape(new Shape(dims));
  }
}
