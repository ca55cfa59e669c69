package dev.miser.testmodels.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Reference;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Function;
import dev.miser.testmodels.ModelZoo;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Seeded weights carry a signal through every network: where results were all zero, equal or not
 * finite, comparing them with a compiled program's would prove nothing.
 */
class ModelValuesTest {
  @ParameterizedTest
  @MethodSource("programs")
  void theResultsAreFiniteAndDiffer(Function function) {
    for (Tensor result :
        Reference.evaluate(function, Seeded.inputs(), Precision.DECLARED).results()) {
      if (result.type().element().isFloat()) {
        double[] values = result.doubles();
        assertTrue(
            DoubleStream.of(values).allMatch(Double::isFinite), () -> "not finite: " + function);
        double mean = DoubleStream.of(values).average().orElseThrow();
        double variance =
            DoubleStream.of(values).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
        assertTrue(variance > 1e-4, () -> "deviation " + Math.sqrt(variance));
        assertEquals(0, repeated(values), "results that are not cut at zero differ");
      }
    }
  }

  /** Returns how far the values other than zero are from being mostly different, in elements. */
  private static long repeated(double[] values) {
    double[] kept = Arrays.stream(values).filter(x -> x != 0 && x > -1e29).toArray();
    long different = Arrays.stream(kept).distinct().count();
    return Math.max(0, kept.length / 2 + 1 - different);
  }

  static Stream<Function> programs() {
    Stream<Function> reduced =
        Stream.of(
            ModelZoo.mlp(2),
            ModelZoo.lenet5(2),
            ModelZoo.resnet50(1, 32),
            ModelZoo.mobilenetV2(1, 32),
            ModelZoo.vgg16(1, 32),
            ModelZoo.unet(1, 16),
            ModelZoo.densenet121(1, 32),
            ModelZoo.inceptionV3(1, 75),
            Bert.build(Bert.Size.TINY, 2, 7),
            Gpt2.build(Gpt2.Size.TINY, 2, 7),
            Gpt2.buildHeadless(Gpt2.Size.TINY, 1, 9),
            Lstm.build(Lstm.Size.TINY, 3));
    return Stream.concat(reduced, SmallModels.all().stream());
  }
}
