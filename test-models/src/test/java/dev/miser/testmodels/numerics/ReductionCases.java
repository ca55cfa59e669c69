package dev.miser.testmodels.numerics;

import dev.miser.ir.op.ArgReduce;
import dev.miser.ir.op.Cumulative;
import dev.miser.ir.op.Reduce;
import dev.miser.ir.op.Sort;
import dev.miser.ir.op.TopK;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import java.util.List;

/** Reductions, scans and orderings. */
final class ReductionCases {
  private ReductionCases() {}

  static List<Value> build(Composer c, Recorded r) {
    Value x = c.input("x");
    return switch (r.op()) {
      case "argmax" -> List.of(arg(c, r, ArgReduce.Kind.ARG_MAX, x));
      case "argmin" -> List.of(arg(c, r, ArgReduce.Kind.ARG_MIN, x));
      case "cumsum" ->
          List.of(
              c.add(
                  new Cumulative(
                      Cumulative.Kind.CUMULATIVE_SUM,
                      x,
                      r.axis(),
                      r.flag("exclusive"),
                      r.flag("reverse"))));
      case "cumprod" ->
          List.of(
              c.add(new Cumulative(Cumulative.Kind.CUMULATIVE_PRODUCT, x, r.axis(), false, false)));
      case "top_k" -> List.of(top(c, r, TopK.Kind.TOP_K, x), top(c, r, TopK.Kind.TOP_K_INDICES, x));
      case "sort" ->
          List.of(
              c.add(new Sort(Sort.Kind.SORT, x, r.axis(), r.flag("descending"))),
              c.add(new Sort(Sort.Kind.SORT_INDICES, x, r.axis(), r.flag("descending"))));
      default -> {
        Value kept = reduceKeeping(c, r, x, r.ints("axes"));
        yield List.of(
            r.flag("keep_dims") ? kept : c.reshape(kept, x.type().shape().without(r.ints("axes"))));
      }
    };
  }

  private static Value arg(Composer c, Recorded r, ArgReduce.Kind kind, Value x) {
    Value index = c.add(new ArgReduce(kind, x, r.axis(), false));
    return r.flag("keep_dims") ? c.reshape(index, Composer.keeping(x, List.of(r.axis()))) : index;
  }

  private static Value top(Composer c, Recorded r, TopK.Kind kind, Value x) {
    return c.add(new TopK(kind, x, r.integer("k"), r.axis(), r.flag("largest")));
  }

  private static Value reduceKeeping(Composer c, Recorded r, Value x, List<Integer> axes) {
    return switch (r.op()) {
      case "reduce_sum" -> c.reduceKeeping(Reduce.Kind.REDUCE_SUM, x, axes);
      case "reduce_mean" -> c.reduceKeeping(Reduce.Kind.REDUCE_MEAN, x, axes);
      case "reduce_max" -> c.reduceKeeping(Reduce.Kind.REDUCE_MAX, x, axes);
      case "reduce_min" -> c.reduceKeeping(Reduce.Kind.REDUCE_MIN, x, axes);
      case "reduce_prod" -> c.reduceKeeping(Reduce.Kind.REDUCE_PRODUCT, x, axes);
      case "reduce_l1" -> c.reduceKeeping(Reduce.Kind.REDUCE_SUM, c.unary(Unary.Kind.ABS, x), axes);
      case "reduce_l2" ->
          c.unary(
              Unary.Kind.SQRT,
              c.reduceKeeping(Reduce.Kind.REDUCE_SUM, c.unary(Unary.Kind.SQUARE, x), axes));
      case "reduce_logsumexp" -> {
        Value max = c.reduceKeeping(Reduce.Kind.REDUCE_MAX, x, axes);
        Value powers = c.unary(Unary.Kind.EXP, c.minus(x, max));
        Value sum = c.reduceKeeping(Reduce.Kind.REDUCE_SUM, powers, axes);
        yield c.plus(max, c.unary(Unary.Kind.LOG, sum));
      }
      case "reduce_variance" -> {
        Value mean = c.reduceKeeping(Reduce.Kind.REDUCE_MEAN, x, axes);
        Value squares = c.unary(Unary.Kind.SQUARE, c.minus(x, mean));
        Value sum = c.reduceKeeping(Reduce.Kind.REDUCE_SUM, squares, axes);
        double count = (double) x.type().elementCount() / sum.type().elementCount();
        yield c.over(sum, count - r.number("correction"));
      }
      default -> throw new IllegalArgumentException(r.op());
    };
  }
}
