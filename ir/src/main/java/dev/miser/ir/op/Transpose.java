package dev.miser.ir.op;

import dev.miser.ir.diag.Code;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** Reorders axes: axis i of the result is axis {@code permutation[i]} of the operand. */
public record Transpose(Value x, List<Integer> permutation) implements Layout {
  public Transpose {
    permutation = List.copyOf(permutation);
  }

  @Override
  public TensorType inferType() {
    int rank = x.type().rank();
    var dims = new ArrayList<Long>();
    for (int axis : permutation) {
      Require.that(axis >= 0 && axis < rank, Code.TRANSPOSE_PERMUTATION, permutation, rank);
      dims.add(x.type().dim(axis));
    }
    Require.that(
        permutation.size() == rank && new HashSet<>(permutation).size() == rank,
        Code.TRANSPOSE_PERMUTATION,
        permutation,
        rank);
    return x.type().withShape(new Shape(dims));
  }
}
