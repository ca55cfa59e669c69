package dev.miser.passes.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.miser.ir.eval.Evaluation;
import dev.miser.ir.eval.Inputs;
import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Reference;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.Verifier;
import dev.miser.ir.plan.AnalyticCatalog;
import dev.miser.ir.plan.KernelCatalog;
import dev.miser.ir.plan.Plan;
import dev.miser.ir.plan.PlanChecker;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.ScheduleVerifier;
import dev.miser.ir.plan.Target;
import dev.miser.passes.PassContext;
import dev.miser.passes.memory.ConcatInPlace;
import dev.miser.passes.memory.MemoryPlanner;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every random program keeps its bits when it is fused, and every plan of it is right. */
class FusePropertyTest {
  private static final KernelCatalog CATALOG = new AnalyticCatalog();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  void keepsTheBits(int batch) {
    for (int i = 0; i < 50; i++) {
      long seed = batch * 50L + i;
      Function function = RandomPrograms.of(seed, 5 + i);
      assertEquals(List.of(), Verifier.verify(function), "seed " + seed);
      Evaluation expected = evaluate(function);
      for (FuseOptions options : List.of(FuseOptions.SINGLE, FuseOptions.DEFAULT)) {
        Schedule fused = new Fuse(Target.GOLDEN, CATALOG, options).run(function);
        check(seed, fused, expected);
        check(seed, ConcatInPlace.DEFAULT.run(fused, new PassContext()), expected);
      }
    }
  }

  private static void check(long seed, Schedule schedule, Evaluation expected) {
    assertEquals(
        List.of(), ScheduleVerifier.verify(schedule, CATALOG), () -> seed + "\n" + schedule);
    Evaluation found = Reference.evaluate(schedule, inputs(), Precision.DECLARED);
    assertEquals(expected.results(), found.results(), () -> seed + "\n" + schedule);
    assertEquals(expected.states(), found.states(), () -> seed + "\n" + schedule);
    for (Plan plan :
        List.of(MemoryPlanner.plan(schedule, CATALOG), MemoryPlanner.unplanned(schedule))) {
      assertEquals(List.of(), PlanChecker.check(plan, CATALOG), () -> seed + "\n" + plan);
    }
  }

  private static Evaluation evaluate(Function function) {
    return Reference.evaluate(function, inputs(), Precision.DECLARED);
  }

  private static Inputs inputs() {
    return parameter -> {
      var random = new SplittableRandom(parameter.value().name().hashCode());
      double[] elements = random.doubles(parameter.value().type().elementCount(), -2, 2).toArray();
      return Tensor.ofDoubles(parameter.value().type(), elements).rounded();
    };
  }
}
