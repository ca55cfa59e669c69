package dev.miser.testmodels.numerics;

import dev.miser.ir.op.BatchNorm;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.GroupNorm;
import dev.miser.ir.op.LayerNorm;
import dev.miser.ir.op.LocalResponseNorm;
import dev.miser.ir.op.Reduce;
import dev.miser.ir.op.RmsNorm;
import dev.miser.ir.op.Softmax;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Softmax and the normalizations. */
final class NormalizationCases {
  private NormalizationCases() {}

  static List<Value> build(Composer c, Recorded r) {
    Value x = c.input("x");
    return switch (r.op()) {
      case "softmax" -> List.of(c.add(new Softmax(Softmax.Kind.SOFTMAX, x, r.axis())));
      case "log_softmax" -> List.of(c.add(new Softmax(Softmax.Kind.LOG_SOFTMAX, x, r.axis())));
      case "layer_norm" -> {
        Value scale = scale(c, x, (int) r.integer("normalized_rank"));
        yield List.of(c.add(new LayerNorm(x, scale, c.optional("bias"), r.number("epsilon"))));
      }
      case "rms_norm" -> List.of(c.add(new RmsNorm(x, scale(c, x, 1), r.number("epsilon"))));
      case "batch_norm_inference" ->
          List.of(
              c.add(
                  new BatchNorm(
                      x,
                      c.input("scale"),
                      c.input("bias"),
                      c.input("mean"),
                      c.input("variance"),
                      r.number("epsilon"))));
      case "batch_norm_training" -> batchNormTraining(c, r, x);
      case "group_norm" -> List.of(groupNorm(c, r, x, r.integer("groups")));
      case "instance_norm" -> List.of(groupNorm(c, r, x, x.type().dim(1)));
      case "l2_normalize" -> List.of(l2Normalize(c, r, x));
      case "local_response_norm" ->
          List.of(
              c.add(
                  new LocalResponseNorm(
                      x, r.integer("size"), r.number("alpha"), r.number("beta"), r.number("k"))));
      default -> throw new IllegalArgumentException(r.op());
    };
  }

  private static Value scale(Composer c, Value x, int rank) {
    @Nullable Value given = c.optional("scale");
    var dims = x.type().shape().dims();
    return given != null
        ? given
        : c.splat(new Shape(dims.subList(dims.size() - rank, dims.size())), 1);
  }

  private static Value groupNorm(Composer c, Recorded r, Value x, long groups) {
    return c.add(new GroupNorm(x, c.input("scale"), c.input("bias"), groups, r.number("epsilon")));
  }

  private static Value l2Normalize(Composer c, Recorded r, Value x) {
    Value squares = c.unary(Unary.Kind.SQUARE, x);
    Value sum = c.reduceKeeping(Reduce.Kind.REDUCE_SUM, squares, List.of(r.axis()));
    Value norm = c.unary(Unary.Kind.SQRT, sum);
    return c.over(x, c.binary(Binary.Kind.MAXIMUM, norm, r.number("epsilon")));
  }

  private static List<Value> batchNormTraining(Composer c, Recorded r, Value x) {
    List<Integer> axes = Composer.allAxes(x).stream().filter(axis -> axis != 1).toList();
    Value mean = c.reduce(Reduce.Kind.REDUCE_MEAN, x, axes);
    Value centred = c.minus(x, c.channels(mean, x));
    Value squares = c.unary(Unary.Kind.SQUARE, centred);
    Value variance = c.reduce(Reduce.Kind.REDUCE_MEAN, squares, axes);
    Value deviation = c.unary(Unary.Kind.SQRT, c.plus(variance, r.number("epsilon")));
    Value normal = c.over(centred, c.channels(deviation, x));
    Value scaled = c.times(normal, c.channels(c.input("scale"), x));
    double count = (double) x.type().elementCount() / x.type().dim(1);
    Value unbiased = c.times(variance, count / (count - 1));
    double momentum = r.number("momentum");
    return List.of(
        c.plus(scaled, c.channels(c.input("bias"), x)),
        running(c, c.input("running_mean"), mean, momentum),
        running(c, c.input("running_variance"), unbiased, momentum));
  }

  private static Value running(Composer c, Value old, Value now, double momentum) {
    return c.plus(c.times(old, 1 - momentum), c.times(now, momentum));
  }
}
