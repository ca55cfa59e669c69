package dev.miser.ir.op;

import dev.miser.ir.diag.Code;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;

/**
 * The physical layout that matrix kernels want for an operand: [..., k, n] becomes [..., ceil(n /
 * width), k, width], panels of {@code width} columns, the last one filled up with zeros. With
 * {@code transpose} the operand is read as [..., n, k].
 */
public record PackPanels(Value x, long width, @Default("false") boolean transpose)
    implements Layout {
  @Override
  public TensorType inferType() {
    int rank = x.type().rank();
    Require.rank(x, rank >= 2, "at least 2");
    Require.atLeast("width", width, 1);
    Require.value("width", width, width <= 1024, "at most 1024");
    Require.that(rank < Shape.MAX_RANK, Code.LIMIT_RANK, rank + 1, Shape.MAX_RANK);
    long k = x.type().dim(transpose ? rank - 1 : rank - 2);
    long n = x.type().dim(transpose ? rank - 2 : rank - 1);
    var dims = new ArrayList<>(x.type().shape().dims().subList(0, rank - 2));
    dims.add((n + width - 1) / width);
    dims.add(k);
    dims.add(width);
    return x.type().withShape(new Shape(dims));
  }
}
