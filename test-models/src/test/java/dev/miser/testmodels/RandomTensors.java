package dev.miser.testmodels;

import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Elements for a function's parameters by chance, the same for the same seed and name. */
public final class RandomTensors {
  private static final double[] AWKWARD = {
    0, -0.0, 1, -1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e30, 1e-40
  };

  private RandomTensors() {}

  /** Whether floats are ordinary, or now and then a zero, an infinity or not a number. */
  public enum Kind {
    ORDINARY,
    AWKWARD
  }

  /** Returns a tensor for each parameter, by name. */
  public static Map<String, Tensor> of(Function function, long seed, Kind kind) {
    var tensors = new LinkedHashMap<String, Tensor>();
    for (Parameter parameter : function.parameters()) {
      String name = parameter.value().name();
      Random random = new Random(seed * 31 + name.hashCode());
      // A variance is not negative.
      boolean positive = name.startsWith("variance");
      Tensor tensor = tensor(parameter.value().type(), random, kind);
      tensors.put(name, positive ? absolute(tensor) : tensor);
    }
    return tensors;
  }

  private static Tensor tensor(TensorType type, Random random, Kind kind) {
    int count = Math.toIntExact(type.elementCount());
    if (type.element().isFloat()) {
      double[] elements = new double[count];
      Arrays.setAll(
          elements,
          i ->
              kind == Kind.AWKWARD && random.nextInt(6) == 0
                  ? AWKWARD[random.nextInt(AWKWARD.length)]
                  : random.nextGaussian());
      return Tensor.ofDoubles(type, elements).rounded();
    }
    int bound = type.element() == ElementType.BOOL ? 2 : 100;
    long least = type.element().kind() == ElementType.Kind.SIGNED ? -100 : 0;
    return Tensor.ofLongs(type, random.longs(count, least, bound).toArray());
  }

  private static Tensor absolute(Tensor tensor) {
    return Tensor.ofDoubles(
        tensor.type(), Arrays.stream(tensor.doubles()).map(Math::abs).toArray());
  }
}
