package dev.miser.ir.op;

import dev.miser.ir.diag.Code;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;

/**
 * Batched matrix product [..., m, k] x [..., k, n] over equal leading axes. With {@code
 * transposeLhs} the left operand is read as [..., k, m], with {@code transposeRhs} the right one as
 * [..., n, k].
 */
public record Dot(
    Value lhs,
    Value rhs,
    @Default("false") boolean transposeLhs,
    @Default("false") boolean transposeRhs)
    implements Contraction {
  @Override
  public TensorType inferType() {
    int rank = lhs.type().rank();
    Require.isNumeric(lhs);
    Require.sameElement(lhs, rhs);
    Require.that(rank == rhs.type().rank() && rank >= 2, Code.DOT_RANK, rank, rhs.type().rank());
    for (int axis = 0; axis < rank - 2; axis++) {
      Require.that(
          lhs.type().dim(axis) == rhs.type().dim(axis),
          Code.DOT_BATCH,
          lhs.type().dim(axis),
          rhs.type().dim(axis));
    }
    long rhsInner = rhs.type().dim(transposeRhs ? rank - 1 : rank - 2);
    Require.that(inner() == rhsInner, Code.DOT_INNER_DIM, inner(), rhsInner);
    var dims = new ArrayList<>(lhs.type().shape().dims().subList(0, rank - 2));
    dims.add(rows());
    dims.add(columns());
    return lhs.type().withShape(new Shape(dims));
  }

  /** Returns m, the rows of one product. */
  public long rows() {
    return lhs.type().dim(lhs.type().rank() - (transposeLhs ? 1 : 2));
  }

  /** Returns n, the columns of one product. */
  public long columns() {
    return rhs.type().dim(rhs.type().rank() - (transposeRhs ? 2 : 1));
  }

  /** Returns k, the size of the axis summed over. */
  public long inner() {
    return lhs.type().dim(lhs.type().rank() - (transposeLhs ? 2 : 1));
  }

  /** Returns the number of products. */
  public long batches() {
    return lhs.type().shape().elementCount(0, lhs.type().rank() - 2);
  }
}
