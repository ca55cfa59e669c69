package dev.miser.ir.op;

import dev.miser.ir.diag.Code;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The elements at {@code start}, {@code start + stride}, ... below {@code limit} along each axis.
 */
public record Slice(Value x, List<Long> start, List<Long> limit, @Default("[]") List<Long> stride)
    implements Layout {
  public Slice {
    start = List.copyOf(start);
    limit = List.copyOf(limit);
    stride = stride.isEmpty() ? Collections.nCopies(x.type().rank(), 1L) : List.copyOf(stride);
  }

  @Override
  public TensorType inferType() {
    int rank = x.type().rank();
    Require.length("start", start, rank);
    Require.length("limit", limit, rank);
    Require.length("stride", stride, rank);
    Require.atLeast("stride", stride, 1);
    var dims = new ArrayList<Long>();
    for (int axis = 0; axis < rank; axis++) {
      long from = start.get(axis);
      long to = limit.get(axis);
      Require.that(
          0 <= from && from <= to && to <= x.type().dim(axis),
          Code.SLICE_RANGE,
          from,
          to,
          axis,
          x.type().dim(axis));
      dims.add(to == from ? 0 : (to - from - 1) / stride.get(axis) + 1);
    }
    return x.type().withShape(new Shape(dims));
  }
}
