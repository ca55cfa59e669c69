package dev.miser.ir.op;

import dev.miser.ir.diag.Code;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;

/**
 * The inverse of {@link PackPanels}: panels [..., p, k, width] become the matrix [..., k, columns],
 * or its transpose. It stands inside kernels that read a packed operand and is never run by itself.
 */
public record UnpackPanels(Value x, long columns, @Default("false") boolean transpose)
    implements Layout {
  @Override
  public TensorType inferType() {
    int rank = x.type().rank();
    Require.rank(x, rank >= 3, "at least 3");
    long panels = x.type().dim(rank - 3);
    long k = x.type().dim(rank - 2);
    long width = x.type().dim(rank - 1);
    Require.atLeast("columns", columns, 0);
    Require.that(
        width > 0 && (columns + width - 1) / width == panels,
        Code.PANELS_SHAPE,
        x.type(),
        "panels for " + columns + " columns");
    var dims = new ArrayList<>(x.type().shape().dims().subList(0, rank - 3));
    dims.add(transpose ? columns : k);
    dims.add(transpose ? k : columns);
    return x.type().withShape(new Shape(dims));
  }
}
