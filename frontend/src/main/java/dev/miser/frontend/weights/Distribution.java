package dev.miser.frontend.weights;

import dev.miser.ir.func.Initialiser;
import dev.miser.ir.func.Range;
import dev.miser.ir.type.TensorType;

/** What pseudo-random elements are drawn from, with all bounds worked out. */
sealed interface Distribution {
  /** Normal with this mean and standard deviation. */
  record Normal(double mean, double deviation) implements Distribution {}

  /** Uniform in [low, low + width); of an integer type, its whole part toward minus infinity. */
  record Uniform(double low, double width) implements Distribution {}

  /** Every integer from {@code low} up to, not including, {@code low + count}, equally often. */
  record Integers(long low, long count) implements Distribution {}

  /** One number. */
  record Fill(double value) implements Distribution {}

  /** Returns what a parameter of this type is drawn from. */
  static Distribution of(Initialiser initialiser, TensorType type) {
    return switch (initialiser) {
      case Initialiser.Normal(var mean, var deviation) -> new Normal(mean, deviation);
      case Initialiser.Uniform(var low, var high) -> new Uniform(low, high - low);
      case Initialiser.FanIn() -> new Normal(0, Math.sqrt(2.0 / fanIn(type)));
      case Initialiser.UniformFanIn() -> {
        double bound = Math.sqrt(1.0 / fanIn(type));
        yield new Uniform(-bound, 2 * bound);
      }
      case Initialiser.Fill(var value) -> new Fill(value);
    };
  }

  /** Returns what the integers of a range are drawn from. */
  static Distribution of(Range range) {
    return new Integers(range.low(), range.high() - range.low());
  }

  /**
   * Returns how many elements of the layer's input one of its outputs sums: k of a matrix [k, n],
   * all but the first axis of convolution weights, all of a vector, 1 of a scalar; at least 1.
   */
  static long fanIn(TensorType type) {
    long count =
        type.rank() <= 2
            ? type.shape().elementCount(0, Math.min(type.rank(), 1))
            : type.shape().elementCount(1, type.rank());
    return Math.max(count, 1);
  }
}
