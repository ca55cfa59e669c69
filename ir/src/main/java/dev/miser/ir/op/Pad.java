package dev.miser.ir.op;

import dev.miser.ir.diag.Code;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Adds {@code low} and {@code high} copies of the scalar {@code fill} around each axis and {@code
 * interior} between neighbours; negative {@code low} and {@code high} crop.
 */
public record Pad(
    Value x, Value fill, List<Long> low, List<Long> high, @Default("[]") List<Long> interior)
    implements Layout {
  public Pad {
    low = List.copyOf(low);
    high = List.copyOf(high);
    interior =
        interior.isEmpty() ? Collections.nCopies(x.type().rank(), 0L) : List.copyOf(interior);
  }

  @Override
  public TensorType inferType() {
    int rank = x.type().rank();
    Require.isScalar(fill);
    Require.sameElement(x, fill);
    Require.length("low", low, rank);
    Require.length("high", high, rank);
    Require.length("interior", interior, rank);
    Require.atLeast("interior", interior, 0);
    var dims = new ArrayList<Long>();
    for (int axis = 0; axis < rank; axis++) {
      long size = x.type().dim(axis);
      long padded =
          Windows.exact(
              () -> "padding of axis",
              low.get(axis),
              high.get(axis),
              size,
              Windows.product(Math.max(size - 1, 0), interior.get(axis)));
      Require.that(padded >= 0, Code.PAD_NEGATIVE, axis, padded);
      dims.add(padded);
    }
    return x.type().withShape(new Shape(dims));
  }
}
