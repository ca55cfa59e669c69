package dev.miser.testmodels.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.miser.frontend.Parser;
import dev.miser.frontend.Source;
import dev.miser.ir.plan.AnalyticCatalog;
import dev.miser.ir.plan.Plan;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.Target;
import dev.miser.passes.fuse.Fuse;
import dev.miser.passes.memory.MemoryPlanner;
import dev.miser.testmodels.RandomPrograms;
import org.junit.jupiter.api.Test;

/** Schedules and plans of random programs read back from their text. */
class PlanTextTest {
  @Test
  void schedulesAndPlansReadBack() {
    var catalog = new AnalyticCatalog();
    for (long seed = 0; seed < 60; seed++) {
      Schedule schedule =
          new Fuse(Target.GOLDEN, catalog).run(RandomPrograms.function(seed, 5 + (int) seed / 2));
      Plan plan = MemoryPlanner.plan(schedule, catalog);
      assertEquals(
          schedule.toString(),
          Parser.parse(new Source("schedule", schedule.toString())).schedule().toString());
      assertEquals(
          plan.toString(), Parser.parse(new Source("plan", plan.toString())).plan().toString());
    }
  }
}
