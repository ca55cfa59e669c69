package dev.miser.passes.memory.strips;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.eval.Evaluation;
import dev.miser.ir.eval.Inputs;
import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Reference;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.FunctionBuilder;
import dev.miser.ir.func.Initialiser;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Convolution;
import dev.miser.ir.op.Pool;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.AnalyticCatalog;
import dev.miser.ir.plan.KernelCatalog;
import dev.miser.ir.plan.PlanChecker;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.ScheduleVerifier;
import dev.miser.ir.plan.Step;
import dev.miser.ir.plan.Target;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import dev.miser.passes.fuse.Fuse;
import dev.miser.passes.fuse.FuseOptions;
import dev.miser.passes.fuse.RandomPrograms;
import dev.miser.passes.memory.MemoryPlanner;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Whatever chain is cut in whatever way, every bit stays, and the schedule is legal. */
class StripsPropertyTest {
  private static final KernelCatalog CATALOG = new AnalyticCatalog();
  private static final int TRIED = 5;

  @Test
  void randomPrograms() {
    int cuts = 0;
    for (long seed = 0; seed < 120; seed++) {
      cuts += check(seed, RandomPrograms.of(seed, 6 + (int) seed % 20));
    }
    assertTrue(cuts > 100, cuts + " cuts");
  }

  @Test
  void randomChainsOverImages() {
    int cuts = 0;
    for (long seed = 0; seed < 60; seed++) {
      cuts += check(seed, images(seed));
    }
    assertTrue(cuts > 300, cuts + " cuts");
  }

  private static int check(long seed, Function function) {
    Evaluation expected = Reference.evaluate(function, inputs(), Precision.DECLARED);
    int cuts = 0;
    for (FuseOptions options : List.of(FuseOptions.SINGLE, FuseOptions.DEFAULT)) {
      Schedule schedule = new Fuse(Target.GOLDEN, CATALOG, options).run(function);
      var facts = new Facts(schedule, CATALOG);
      var chains = new Chains(facts, Strips.DEFAULT);
      var all = new ArrayList<Candidate>();
      for (int last = 0; last < schedule.steps().size(); last++) {
        int position = last;
        chains.through(last).stream().filter(c -> c.last() == position).forEach(all::add);
      }
      var random = new SplittableRandom(seed);
      for (int i = 0; i < Math.min(TRIED, all.size()); i++) {
        Candidate candidate = all.get(random.nextInt(all.size()));
        List<Step> written = new StripWriter(facts).write(candidate);
        if (written != null) {
          cuts++;
          check(seed + " " + candidate, replaced(schedule, candidate, written), expected);
        }
      }
    }
    return cuts;
  }

  private static Schedule replaced(Schedule schedule, Candidate candidate, List<Step> written) {
    var steps = new ArrayList<>(schedule.steps().subList(0, candidate.first()));
    steps.addAll(written);
    steps.addAll(schedule.steps().subList(candidate.last() + 1, schedule.steps().size()));
    return schedule.withSteps(schedule.init(), steps);
  }

  private static void check(String name, Schedule schedule, Evaluation expected) {
    assertEquals(
        List.of(), ScheduleVerifier.verify(schedule, CATALOG), () -> name + "\n" + schedule);
    Evaluation found = Reference.evaluate(schedule, inputs(), Precision.DECLARED);
    assertEquals(expected.results(), found.results(), () -> name + "\n" + schedule);
    assertEquals(expected.states(), found.states(), () -> name + "\n" + schedule);
    assertEquals(
        List.of(),
        PlanChecker.check(MemoryPlanner.plan(schedule, CATALOG), CATALOG),
        () -> name + "\n" + schedule);
  }

  /** A chain of convolutions of all kinds, pools and elementwise instructions. */
  private static Function images(long seed) {
    var random = new SplittableRandom(seed);
    var builder = new FunctionBuilder("images" + seed);
    Value x =
        builder.input(
            "x",
            TensorType.of(ElementType.F32, 1 + random.nextInt(2), 6, 9 + random.nextInt(4), 7));
    for (int i = 0; i < 5; i++) {
      Value before = x;
      x =
          switch (random.nextInt(4)) {
            case 0 -> convolution(builder, random, x, 1);
            case 1 -> convolution(builder, random, x, x.type().dim(1));
            case 2 -> builder.add("p", pool(random, x));
            default -> builder.add("r", new Unary(Unary.Kind.RELU, x));
          };
      if (x.type().equals(before.type()) && random.nextInt(3) == 0) {
        x = builder.add("s" + i, new Binary(Binary.Kind.ADD, x, before));
      }
    }
    return builder.returns(x).build();
  }

  private static Value convolution(
      FunctionBuilder builder, SplittableRandom random, Value x, long groups) {
    long window = Math.min(x.type().dim(2), 1 + random.nextInt(3));
    long outputs = groups == 1 ? 4 + random.nextInt(4) : groups * (1 + random.nextInt(2));
    var weights =
        builder.param(
            "w",
            TensorType.of(ElementType.F32, outputs, x.type().dim(1) / groups, window, 1),
            new Initialiser.Uniform(-1, 1));
    var op =
        new Convolution(
            x,
            weights,
            List.of(1L + random.nextInt(2), 1L),
            List.of((long) random.nextInt(2), 0L),
            List.of((long) random.nextInt(3), 0L),
            List.of(1L, 1L),
            groups);
    Value made = builder.add("c", op);
    Value bias =
        builder.param("b", TensorType.of(ElementType.F32, outputs), new Initialiser.Uniform(-1, 1));
    Value spread = builder.add("t", new Broadcast(bias, made.type().shape(), List.of(1)));
    return builder.add("d", new Binary(Binary.Kind.ADD, made, spread));
  }

  private static Pool pool(SplittableRandom random, Value x) {
    long window = Math.min(x.type().dim(2), 2 + random.nextInt(2));
    List<Pool.Kind> kinds = List.of(Pool.Kind.values());
    return new Pool(
        kinds.get(random.nextInt(kinds.size())),
        x,
        List.of(window, 1L),
        List.of(1L + random.nextInt(2), 1L),
        List.of((long) random.nextInt(2), 0L),
        List.of((long) random.nextInt(2), 0L),
        List.of(1L, 1L),
        random.nextBoolean());
  }

  private static Inputs inputs() {
    return parameter -> {
      var random = new SplittableRandom(parameter.value().name().hashCode());
      double[] elements = random.doubles(parameter.value().type().elementCount(), -2, 2).toArray();
      return Tensor.ofDoubles(parameter.value().type(), elements).rounded();
    };
  }
}
