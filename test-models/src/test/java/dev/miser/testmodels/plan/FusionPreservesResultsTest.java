package dev.miser.testmodels.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.miser.frontend.Parser;
import dev.miser.frontend.Source;
import dev.miser.ir.eval.Evaluation;
import dev.miser.ir.eval.Inputs;
import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Reference;
import dev.miser.ir.func.Function;
import dev.miser.ir.plan.AnalyticCatalog;
import dev.miser.ir.plan.KernelCatalog;
import dev.miser.ir.plan.PlanChecker;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.ScheduleVerifier;
import dev.miser.ir.plan.Target;
import dev.miser.passes.PassContext;
import dev.miser.passes.fuse.Fuse;
import dev.miser.passes.fuse.FuseOptions;
import dev.miser.passes.memory.ConcatInPlace;
import dev.miser.passes.memory.MemoryPlanner;
import dev.miser.testmodels.RandomPrograms;
import dev.miser.testmodels.RandomTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Random programs of all element types mean the same as schedules, and get plans that are right.
 */
class FusionPreservesResultsTest {
  private static final int PROGRAMS = Boolean.getBoolean("miser.full") ? 5000 : 300;
  private static final KernelCatalog CATALOG = new AnalyticCatalog();

  @Test
  void bitByBit() {
    for (long seed = 0; seed < PROGRAMS; seed++) {
      Function function = RandomPrograms.function(seed, 8 + (int) seed % 40);
      Inputs inputs = Inputs.of(RandomTensors.of(function, seed, RandomTensors.Kind.AWKWARD));
      check("seed " + seed, function, inputs);
    }
  }

  /** The example of every operation, so that none is without a kernel. */
  @Test
  void ofEveryOperation() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("golden", "ops"))) {
      for (Path file : files.sorted().toList()) {
        check(file.toString(), program(file), Inputs.of(Map.of()));
      }
    }
  }

  /** Returns the program of a golden file, which ends where the machine wrote. */
  private static Function program(Path file) throws IOException {
    String text = Files.readString(file);
    return Parser.parse(new Source(file.toString(), text.substring(0, text.indexOf("\n//= "))))
        .function();
  }

  private static void check(String name, Function function, Inputs inputs) {
    Evaluation expected = Reference.evaluate(function, inputs, Precision.DECLARED);
    for (FuseOptions options : List.of(FuseOptions.SINGLE, FuseOptions.DEFAULT)) {
      Schedule fused = new Fuse(Target.GOLDEN, CATALOG, options).run(function);
      Schedule schedule = ConcatInPlace.DEFAULT.run(fused, new PassContext());
      String text = name + "\n" + schedule;
      assertEquals(List.of(), ScheduleVerifier.verify(schedule, CATALOG), text);
      Evaluation found = Reference.evaluate(schedule, inputs, Precision.DECLARED);
      assertEquals(expected.results(), found.results(), text);
      assertEquals(expected.states(), found.states(), text);
      assertEquals(
          List.of(), PlanChecker.check(MemoryPlanner.plan(schedule, CATALOG), CATALOG), text);
    }
  }
}
