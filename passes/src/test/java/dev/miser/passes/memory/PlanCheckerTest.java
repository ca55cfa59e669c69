package dev.miser.passes.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Algorithm;
import dev.miser.ir.plan.AnalyticCatalog;
import dev.miser.ir.plan.Buffer;
import dev.miser.ir.plan.Certificate;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.KernelCatalog;
import dev.miser.ir.plan.Plan;
import dev.miser.ir.plan.PlanChecker;
import dev.miser.ir.plan.Target;
import dev.miser.passes.fuse.Fuse;
import dev.miser.passes.fuse.FuseOptions;
import dev.miser.passes.fuse.RandomPrograms;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The checker accepts what a simulation over real bytes accepts, and nothing else. */
class PlanCheckerTest {
  /** Gives some kernels a workspace, so that plans have to place it. */
  private record WithWorkspace(AnalyticCatalog analytic) implements KernelCatalog {
    @Override
    public List<Algorithm> algorithms(List<Instruction> body, List<Value> outputs, Target target) {
      return analytic.algorithms(body, outputs, target).stream()
          .map(a ->
              new Algorithm(
                  a.name(), a.numericClass(), 100L * (body.size() % 3), a.flops(), a.bytes()))
          .toList();
    }

    @Override
    public boolean mayOverwrite(Kernel kernel, Value output, Value input) {
      return analytic.mayOverwrite(kernel, output, input);
    }

    @Override
    public List<Packing> packings(Kernel kernel, Target target) {
      return analytic.packings(kernel, target);
    }
  }

  private static final KernelCatalog CATALOG = new WithWorkspace(new AnalyticCatalog());

  private int accepted;
  private int rejected;

  @Test
  void judgesCorruptedPlansAsTheSimulationDoes() {
    for (long seed = 0; seed < 120; seed++) {
      var random = new SplittableRandom(seed);
      FuseOptions options = seed % 2 == 0 ? FuseOptions.SINGLE : FuseOptions.DEFAULT;
      var fuse = new Fuse(Target.GOLDEN, CATALOG, options);
      Plan plan =
          MemoryPlanner.plan(fuse.run(RandomPrograms.of(seed, 12 + (int) seed % 20)), CATALOG);
      assertTrue(ByteSimulation.isRight(plan, CATALOG), () -> "" + plan);
      assertEquals(List.of(), PlanChecker.check(plan, CATALOG));
      for (int i = 0; i < 20; i++) {
        long number = seed * 100 + i;
        Plan corrupted = moved(plan, random);
        boolean right = ByteSimulation.isRight(corrupted, CATALOG);
        List<Diagnostic> found = PlanChecker.check(corrupted, CATALOG);
        assertEquals(right, found.isEmpty(), () -> number + " " + found + "\n" + corrupted);
        if (right) {
          accepted++;
        } else {
          rejected++;
        }
        Plan lying = lie(plan, random);
        assertTrue(
            !PlanChecker.check(lying, CATALOG).isEmpty(), () -> number + " accepts\n" + lying);
      }
    }
    // Both verdicts have to be common, or the comparison would say little.
    assertTrue(accepted > 100, () -> "accepted " + accepted);
    assertTrue(rejected > 1000, () -> "rejected " + rejected);
  }

  /** Changes where things lie; the plan may still be right. */
  private static Plan moved(Plan plan, SplittableRandom random) {
    var allocations = new ArrayList<>(plan.allocations());
    int one = random.nextInt(allocations.size());
    int two = random.nextInt(allocations.size());
    Plan.Allocation first = allocations.get(one);
    Plan.Allocation second = allocations.get(two);
    switch (random.nextInt(4)) {
      case 0 -> {
        long shift = (random.nextInt(9) - 4) * 64L;
        allocations.set(one, new Plan.Allocation(first.buffer(), first.offset() + shift));
      }
      case 1 -> {
        allocations.set(one, new Plan.Allocation(first.buffer(), second.offset()));
        allocations.set(two, new Plan.Allocation(second.buffer(), first.offset()));
      }
      case 2 -> allocations.set(one, new Plan.Allocation(first.buffer(), first.offset() + 4));
      default ->
          allocations.set(
              one,
              new Plan.Allocation(
                  first.buffer(), random.nextLong(plan.arenaBytes() / 64 + 1) * 64));
    }
    return new Plan(
        plan.schedule(), allocations, plan.inPlace(), plan.arenaBytes(), plan.certificate());
  }

  /** Claims something that is not so. */
  private static Plan lie(Plan plan, SplittableRandom random) {
    var allocations = new ArrayList<>(plan.allocations());
    var inPlace = new ArrayList<>(plan.inPlace());
    Certificate c = plan.certificate();
    long arena = plan.arenaBytes();
    int one = random.nextInt(allocations.size());
    Plan.Allocation first = allocations.get(one);
    Buffer b = first.buffer();
    switch (random.nextInt(inPlace.isEmpty() ? 7 : 8)) {
      case 0 -> {
        long needed = plan.allocations().stream().mapToLong(Plan.Allocation::end).max().orElse(0);
        arena = needed - 1 - random.nextLong(needed);
      }
      case 1 -> {
        Buffer other = new Buffer(b.name(), b.kind(), b.bytes() + 64, b.start(), b.end());
        allocations.set(one, new Plan.Allocation(other, first.offset()));
      }
      case 2 -> {
        Buffer other = new Buffer(b.name(), b.kind(), b.bytes(), b.start(), b.end() + 1);
        allocations.set(one, new Plan.Allocation(other, first.offset()));
      }
      case 3 -> allocations.remove(one);
      case 4 -> c = certificate(c.naiveBytes() + 64, c.loadBound(), c.lowerBound());
      case 5 -> c = certificate(c.naiveBytes(), c.loadBound() - 64, c.lowerBound());
      case 6 -> c = certificate(c.naiveBytes(), c.loadBound(), arena + 64);
      default -> inPlace.remove(random.nextInt(inPlace.size()));
    }
    return new Plan(plan.schedule(), allocations, inPlace, arena, c);
  }

  private static Certificate certificate(long naive, long load, long lower) {
    return new Certificate(naive, load, lower, "", "", 0, Certificate.Stop.DONE);
  }
}
