package dev.miser.passes.simplify;

import dev.miser.ir.op.Pool;
import dev.miser.ir.op.Reduce;
import dev.miser.ir.op.Reshape;
import dev.miser.ir.op.Sort;
import dev.miser.ir.op.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The algebra of what combines elements along axes or under windows. */
final class ReductionRules {
  private ReductionRules() {}

  static Rewrite rewrite(Reduce reduce, Site site) {
    if (!isExact(reduce)) {
      return Rewrite.KEEP;
    }
    Value x = reduce.x();
    if (reduce.axes().stream().allMatch(axis -> x.type().dim(axis) == 1)) {
      return Rewrite.become(new Reshape(x, reduce.inferType().shape()));
    }
    // max over a of max over b = max over both
    if (site.definition(x) instanceof Reduce inner && inner.kind() == reduce.kind()) {
      return Rewrite.become(new Reduce(reduce.kind(), inner.x(), merged(inner, reduce)));
    }
    return Rewrite.KEEP;
  }

  /**
   * Whether neither order nor the number of steps changes a bit. A float sum is not exact even over
   * one element: it starts from 0, and 0 + -0 is 0.
   */
  private static boolean isExact(Reduce reduce) {
    return switch (reduce.kind()) {
      case REDUCE_MAX, REDUCE_MIN, REDUCE_AND, REDUCE_OR -> true;
      case REDUCE_SUM, REDUCE_PRODUCT -> !reduce.x().type().element().isFloat();
      case REDUCE_MEAN -> false;
    };
  }

  private static List<Integer> merged(Reduce inner, Reduce outer) {
    var kept = new ArrayList<Integer>();
    for (int axis = 0; axis < inner.x().type().rank(); axis++) {
      if (!inner.axes().contains(axis)) {
        kept.add(axis);
      }
    }
    var axes = new ArrayList<>(inner.axes());
    outer.axes().forEach(axis -> axes.add(kept.get(axis)));
    Collections.sort(axes);
    return axes;
  }

  static Rewrite rewrite(Sort sort) {
    boolean single = sort.x().type().dim(sort.axis()) <= 1;
    return single && sort.kind() == Sort.Kind.SORT ? Rewrite.use(sort.x()) : Rewrite.KEEP;
  }

  static Rewrite rewrite(Pool pool) {
    boolean whole =
        pool.kind() == Pool.Kind.MAX_POOL
            && pool.window().stream().allMatch(size -> size == 1)
            && pool.stride().stream().allMatch(step -> step == 1)
            && pool.inferType().equals(pool.x().type());
    return whole && pool.low().stream().allMatch(low -> low == 0)
        ? Rewrite.use(pool.x())
        : Rewrite.KEEP;
  }
}
