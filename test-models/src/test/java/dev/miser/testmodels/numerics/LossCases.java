package dev.miser.testmodels.numerics;

import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Gather;
import dev.miser.ir.op.GatherAlong;
import dev.miser.ir.op.Reduce;
import dev.miser.ir.op.Softmax;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Losses. */
final class LossCases {
  private LossCases() {}

  static List<Value> build(Composer c, Recorded r) {
    return List.of(
        switch (r.op()) {
          case "cross_entropy" -> {
            Value logits = c.input("logits");
            Value logarithms = c.add(new Softmax(Softmax.Kind.LOG_SOFTMAX, logits, 1));
            yield ofClasses(c, r, logarithms, r.number("label_smoothing"));
          }
          case "nll_loss" -> ofClasses(c, r, c.input("log_probabilities"), 0);
          case "cross_entropy_probabilities" -> ofDistributions(c, r);
          case "mse_loss" -> reduced(c, r, c.unary(Unary.Kind.SQUARE, difference(c)));
          case "l1_loss" -> reduced(c, r, c.unary(Unary.Kind.ABS, difference(c)));
          case "huber_loss" -> reduced(c, r, huber(c, r.number("delta")));
          case "smooth_l1_loss" ->
              reduced(c, r, c.over(huber(c, r.number("beta")), r.number("beta")));
          case "bce_with_logits" -> reduced(c, r, binaryCrossEntropy(c));
          case "kl_divergence" -> divergence(c, r);
          default -> throw new IllegalArgumentException(r.op());
        });
  }

  private static Value reduced(Composer c, Recorded r, Value losses) {
    return switch (r.text("reduction")) {
      case "none" -> losses;
      case "sum" -> c.sumAll(losses);
      case "mean" -> c.reduce(Reduce.Kind.REDUCE_MEAN, losses, Composer.allAxes(losses));
      default -> throw new IllegalArgumentException(r.text("reduction"));
    };
  }

  private static Value difference(Composer c) {
    return c.minus(c.input("x"), c.input("target"));
  }

  /** d^2 / 2 if |d| < delta, else delta (|d| - delta / 2). */
  private static Value huber(Composer c, double delta) {
    Value d = difference(c);
    Value size = c.unary(Unary.Kind.ABS, d);
    Value near = c.times(c.unary(Unary.Kind.SQUARE, d), 0.5);
    Value far = c.times(c.plus(size, -delta / 2), delta);
    return c.select(c.compare(Compare.Kind.LESS, size, delta), near, far);
  }

  /** p y log(1 + exp(-z)) + (1 - y) log(1 + exp z). */
  private static Value binaryCrossEntropy(Composer c) {
    Value z = c.input("logits");
    Value y = c.input("target");
    @Nullable Value weight = c.optional("positive_weight");
    Value positive = c.times(y, c.unary(Unary.Kind.SOFTPLUS, c.unary(Unary.Kind.NEGATE, z)));
    Value negative = c.times(c.minus(c.like(y, 1), y), c.unary(Unary.Kind.SOFTPLUS, z));
    return c.plus(weight == null ? positive : c.times(positive, weight), negative);
  }

  /** sum p (log p - log q) over the first size. */
  private static Value divergence(Composer c, Recorded r) {
    if (!r.text("reduction").equals("batchmean")) {
      throw new IllegalArgumentException(r.text("reduction"));
    }
    Value p = c.input("p");
    Value ratio = c.minus(c.unary(Unary.Kind.LOG, p), c.input("log_q"));
    return c.over(c.sumAll(c.times(p, ratio)), (double) p.type().dim(0));
  }

  /** (1 - e) w_t (-l_t) + e / C sum_c w_c (-l_c); 0 where the target is ignored. */
  private static Value ofClasses(Composer c, Recorded r, Value logarithms, double smoothing) {
    long classes = logarithms.type().dim(1);
    Value target = c.input("target");
    long positions = target.type().elementCount();
    Value rows = c.reshape(classesLast(c, logarithms), positions, classes);
    Value flat = c.reshape(target, positions);
    Value kept = c.compare(Compare.Kind.NOT_EQUAL, flat, r.number("ignore_index"));
    Value safe = c.select(kept, flat, c.like(flat, 0));
    Value picked =
        c.reshape(c.add(new GatherAlong(rows, c.reshape(safe, positions, 1), 1, false)), positions);
    @Nullable Value given = c.optional("class_weight");
    Value classWeights = given == null ? c.splat(Shape.of(classes), 1) : given;
    Value weights = c.add(new Gather(classWeights, safe, 0, false));
    Value sharp = c.times(c.times(weights, picked), smoothing - 1);
    Value spread = c.reduce(Reduce.Kind.REDUCE_SUM, c.times(rows, classWeights), List.of(1));
    Value losses = c.plus(sharp, c.times(spread, -smoothing / classes));
    Value zero = c.like(losses, 0);
    Value counted = c.select(kept, losses, zero);
    return switch (r.text("reduction")) {
      case "none" -> c.reshape(counted, target.type().shape());
      case "sum" -> c.sumAll(counted);
      case "mean" -> c.over(c.sumAll(counted), c.sumAll(c.select(kept, weights, zero)));
      default -> throw new IllegalArgumentException(r.text("reduction"));
    };
  }

  private static Value classesLast(Composer c, Value x) {
    var order = new ArrayList<Integer>(List.of(0));
    for (int axis = 2; axis < x.type().rank(); axis++) {
      order.add(axis);
    }
    order.add(1);
    return c.transpose(x, order);
  }

  private static Value ofDistributions(Composer c, Recorded r) {
    Value logits = c.input("logits");
    double smoothing = r.number("label_smoothing");
    Value logarithms = c.add(new Softmax(Softmax.Kind.LOG_SOFTMAX, logits, 1));
    double share = smoothing / logits.type().dim(1);
    Value target = c.plus(c.times(c.input("target"), 1 - smoothing), share);
    Value loss = c.unary(Unary.Kind.NEGATE, c.sumAll(c.times(target, logarithms)));
    if (!r.text("reduction").equals("mean")) {
      throw new IllegalArgumentException(r.text("reduction"));
    }
    return c.over(loss, (double) logits.type().dim(0));
  }
}
