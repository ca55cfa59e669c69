package dev.miser.testmodels.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.compiler.Comparison;
import dev.miser.compiler.ReferenceRun;
import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Reference;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Function;
import dev.miser.testmodels.ModelZoo;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every model, compiled: close to the reference evaluator, by a bound that grows with the number of
 * instructions and the length of sums ({@link ReferenceRun#bound}), and with the same bits planned
 * and unplanned, with one and two threads, at every vector width.
 */
class ModelRunsTest {
  private static final long SEED = 3;

  @ParameterizedTest
  @MethodSource("dev.miser.testmodels.e2e.Programs#reduced")
  void reducedModels(Function function) {
    check(function);
  }

  @ParameterizedTest
  @MethodSource("dev.miser.testmodels.models.SmallModels#all")
  void smallModels(Function function) {
    Values values = Values.seeded(function, SEED);
    List<Tensor> bits = check(function);
    assertBits(bits, Compiled.of(function, Way.UNFUSED).run(values, 2, 2), "unfused");
  }

  /** Takes an hour: the reference evaluator walks through 50 thousand million multiply-adds. */
  @ParameterizedTest
  @MethodSource("dev.miser.testmodels.ModelZoo#models")
  @EnabledIfSystemProperty(named = "miser.full", matches = "true")
  void modelsAtFullSize(ModelZoo.Model model) {
    check(model.build());
  }

  private static List<Tensor> check(Function function) {
    Values values = Values.seeded(function, SEED);
    Compiled narrow = Compiled.of(function, Way.NARROW);
    List<Tensor> bits = narrow.run(values, 1, 2);
    compareWithReference(function, narrow, bits);

    assertBits(bits, Compiled.of(function, Way.MIDDLE).run(values, 2, 2), "256 bits");
    Compiled wide = Compiled.of(function, Way.WIDE);
    assertBits(bits, wide.run(values, 2, 2), "512 bits, two threads");
    assertBits(bits, wide.run(values, 1, 2), "512 bits, one thread");
    assertBits(bits, Compiled.of(function, Way.UNPLANNED).run(values, 2, 2), "unplanned");
    return bits;
  }

  /** Compares the results of the first step. */
  private static void compareWithReference(
      Function function, Compiled compiled, List<Tensor> found) {
    List<Tensor> expected =
        Reference.evaluate(function, Values.seeded(function, SEED).inputs(), Precision.DECLARED)
            .results();
    double bound = ReferenceRun.bound(compiled.compilation().schedule());
    for (int i = 0; i < expected.size(); i++) {
      String name = function.results().get(i).name();
      Comparison comparison = Comparison.of(name, found.get(i), expected.get(i), bound);
      assertTrue(comparison.isGood(), comparison::toString);
    }
  }

  private static void assertBits(List<Tensor> expected, List<Tensor> found, String way) {
    for (int i = 0; i < expected.size(); i++) {
      assertTrue(found.get(i).equals(expected.get(i)), way + ": other bits in result " + i);
    }
    assertEquals(expected.size(), found.size(), way);
  }
}
