package dev.miser.testmodels.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.eval.Evaluation;
import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Reference;
import dev.miser.ir.func.Function;
import dev.miser.ir.plan.AnalyticCatalog;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.Target;
import dev.miser.passes.fuse.Fuse;
import dev.miser.passes.memory.MemoryPlanner;
import dev.miser.testmodels.ModelZoo;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole models become schedules that mean the same, and plans that take less than unplanned. */
class ModelSchedulesTest {
  private static final AnalyticCatalog CATALOG = new AnalyticCatalog();

  @ParameterizedTest
  @MethodSource("small")
  void fusionChangesNoBit(Function function) {
    Evaluation before = Reference.evaluate(function, Seeded.inputs(), Precision.DECLARED);
    Evaluation after = Reference.evaluate(fused(function), Seeded.inputs(), Precision.DECLARED);
    assertEquals(before.results(), after.results());
  }

  @ParameterizedTest
  @MethodSource("dev.miser.testmodels.ModelZoo#models")
  void planningTakesLessMemory(ModelZoo.Model model) {
    Schedule schedule = fused(model.build());
    long planned = MemoryPlanner.plan(schedule, CATALOG).arenaBytes();
    long unplanned = MemoryPlanner.unplanned(schedule).arenaBytes();
    assertTrue(planned < unplanned, planned + " of " + unplanned + " bytes");
  }

  private static Schedule fused(Function function) {
    return new Fuse(Target.GOLDEN, CATALOG).run(function);
  }

  static Stream<Function> small() {
    Stream<Function> reduced =
        Stream.of(
            ModelZoo.mobilenetV2(1, 32),
            ModelZoo.densenet121(1, 32),
            Bert.build(Bert.Size.TINY, 2, 7),
            Gpt2.build(Gpt2.Size.TINY, 2, 7),
            Lstm.build(Lstm.Size.TINY, 2));
    return Stream.concat(reduced, SmallModels.all().stream());
  }
}
