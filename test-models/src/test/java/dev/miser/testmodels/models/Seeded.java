package dev.miser.testmodels.models;

import dev.miser.ir.eval.Inputs;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Initialiser;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.func.Range;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives the reference evaluator seeded values, by initialiser, range or the normal distribution.
 */
final class Seeded {
  private Seeded() {}

  static Inputs inputs() {
    return Seeded::tensor;
  }

  private static Tensor tensor(Parameter parameter) {
    TensorType type = parameter.value().type();
    var random = new Random(parameter.value().name().hashCode());
    Range range = parameter.range();
    if (type.element().isInteger()) {
      long low = range == null ? 0 : range.low();
      long high = range == null ? 2 : range.high();
      long[] values = random.longs(type.elementCount(), low, high).toArray();
      return Tensor.ofLongs(type, values);
    }
    double[] values = new double[Math.toIntExact(type.elementCount())];
    DoubleSupplier next = distribution(parameter.initialiser(), type.shape(), random);
    Arrays.setAll(values, i -> next.getAsDouble());
    return Tensor.ofDoubles(type, values).rounded();
  }

  private static DoubleSupplier distribution(
      @Nullable Initialiser initialiser, Shape shape, Random random) {
    return switch (initialiser) {
      case null -> random::nextGaussian;
      case Initialiser.Normal(var mean, var deviation) ->
          () -> mean + deviation * random.nextGaussian();
      case Initialiser.Uniform(var low, var high) -> () -> random.nextDouble(low, high);
      case Initialiser.FanIn _ -> {
        double deviation = Math.sqrt(2.0 / fanIn(shape));
        yield () -> deviation * random.nextGaussian();
      }
      case Initialiser.UniformFanIn _ -> {
        double bound = Math.sqrt(1.0 / fanIn(shape));
        yield () -> random.nextDouble(-bound, bound);
      }
      case Initialiser.Fill(var value) -> () -> value;
    };
  }

  private static long fanIn(Shape shape) {
    return shape.rank() == 2 ? shape.dim(0) : shape.elementCount(1, shape.rank());
  }
}
