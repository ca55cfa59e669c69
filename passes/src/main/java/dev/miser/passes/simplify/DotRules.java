package dev.miser.passes.simplify;

import dev.miser.ir.op.Dot;
import dev.miser.ir.op.Transpose;
import dev.miser.ir.op.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The algebra of matrix products. */
final class DotRules {
  private DotRules() {}

  static Rewrite rewrite(Dot dot, Site site) {
    Value lhs = untransposed(dot.lhs(), site);
    Value rhs = untransposed(dot.rhs(), site);
    if (lhs == null && rhs == null) {
      return Rewrite.KEEP;
    }
    // (x^T) y reads x the other way round; the sum over k keeps its order.
    return Rewrite.become(
        new Dot(
            lhs == null ? dot.lhs() : lhs,
            rhs == null ? dot.rhs() : rhs,
            dot.transposeLhs() != (lhs != null),
            dot.transposeRhs() != (rhs != null)));
  }

  /** Returns x where the value is x with its last two axes exchanged. */
  private static @Nullable Value untransposed(Value value, Site site) {
    return site.definition(value) instanceof Transpose(var x, var permutation)
            && isMatrixTranspose(permutation)
        ? x
        : null;
  }

  private static boolean isMatrixTranspose(List<Integer> permutation) {
    int rank = permutation.size();
    for (int axis = 0; axis < rank - 2; axis++) {
      if (permutation.get(axis) != axis) {
        return false;
      }
    }
    return rank >= 2 && permutation.get(rank - 1) == rank - 2;
  }
}
