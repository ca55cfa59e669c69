package dev.miser.testmodels.plan;

import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Buffer;
import dev.miser.ir.plan.Certificate;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.Plan;
import dev.miser.ir.plan.Plan.Allocation;
import dev.miser.ir.plan.Plan.InPlace;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.ScheduleVerifier;
import dev.miser.ir.plan.Step;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Changes plans by chance; whether what comes out is right is for others to say. */
final class PlanEdits {
  private final Random random;

  PlanEdits(long seed) {
    this.random = new Random(seed);
  }

  /** Returns a plan of a legal schedule, changed in one to three places. */
  Plan edit(Plan plan) {
    Plan changed = plan;
    if (random.nextBoolean()) {
      // With room to spare, more of what follows is right.
      changed = withArena(changed, plan.arenaBytes() + 64L * random.nextInt(1 + lines(plan)));
    }
    for (int i = random.nextInt(3); i >= 0; i--) {
      changed = once(changed);
    }
    return random.nextInt(8) == 0 ? changed : PlanJudge.withTrueNumbers(changed);
  }

  private Plan once(Plan plan) {
    return switch (random.nextInt(12)) {
      case 0, 1, 2 -> withOffset(plan, index(plan), 64L * random.nextInt(1 + lines(plan)));
      case 3 -> withOffset(plan, index(plan), plan.allocations().get(index(plan)).offset());
      case 4 -> {
        Allocation below = plan.allocations().get(index(plan));
        yield withOffset(plan, index(plan), (below.end() + 63) / 64 * 64);
      }
      case 5, 6 -> swap(plan, index(plan), index(plan));
      case 7 -> withArena(plan, plan.arenaBytes() + random.nextInt(257) - 128);
      case 8 -> withoutPair(plan);
      case 9 -> withPair(plan);
      case 10 -> reordered(plan);
      default -> {
        int moved = index(plan);
        long by = random.nextInt(6) == 0 ? random.nextInt(64) : 64L * (random.nextInt(9) - 4);
        yield withOffset(plan, moved, plan.allocations().get(moved).offset() + by);
      }
    };
  }

  private int index(Plan plan) {
    return random.nextInt(plan.allocations().size());
  }

  private static int lines(Plan plan) {
    return (int) (Math.max(plan.arenaBytes(), 0) / 64);
  }

  static Plan withOffset(Plan plan, int index, long offset) {
    var allocations = new ArrayList<>(plan.allocations());
    allocations.set(index, new Allocation(allocations.get(index).buffer(), offset));
    return with(plan, allocations);
  }

  static Plan swap(Plan plan, int a, int b) {
    long offset = plan.allocations().get(a).offset();
    return withOffset(withOffset(plan, a, plan.allocations().get(b).offset()), b, offset);
  }

  static Plan with(Plan plan, List<Allocation> allocations) {
    return new Plan(
        plan.schedule(), allocations, plan.inPlace(), plan.arenaBytes(), plan.certificate());
  }

  static Plan withArena(Plan plan, long bytes) {
    return new Plan(plan.schedule(), plan.allocations(), plan.inPlace(), bytes, plan.certificate());
  }

  static Plan withPairs(Plan plan, List<InPlace> pairs) {
    return new Plan(
        plan.schedule(), plan.allocations(), pairs, plan.arenaBytes(), plan.certificate());
  }

  static Plan with(Plan plan, Certificate certificate) {
    return new Plan(
        plan.schedule(), plan.allocations(), plan.inPlace(), plan.arenaBytes(), certificate);
  }

  private Plan withoutPair(Plan plan) {
    if (plan.inPlace().isEmpty()) {
      return plan;
    }
    var pairs = new ArrayList<>(plan.inPlace());
    pairs.remove(random.nextInt(pairs.size()));
    return withPairs(plan, pairs);
  }

  /** Declares a takeover that some kernel could mean, and often moves its output there. */
  private Plan withPair(Plan plan) {
    List<Step> timeline = plan.schedule().timeline();
    if (!(timeline.get(random.nextInt(timeline.size())) instanceof Kernel kernel)
        || kernel.inputs().isEmpty()) {
      return plan;
    }
    Value output = kernel.outputs().get(random.nextInt(kernel.outputs().size()));
    Value input = kernel.inputs().get(random.nextInt(kernel.inputs().size()));
    var pairs = new ArrayList<>(plan.inPlace());
    pairs.add(new InPlace(output, input));
    Plan paired = withPairs(plan, pairs);
    Map<String, Integer> byName = new HashMap<>();
    for (int i = 0; i < plan.allocations().size(); i++) {
      byName.put(plan.allocations().get(i).buffer().name(), i);
    }
    Integer from = byName.get(input.name());
    Integer to = byName.get(output.name());
    return from == null || to == null || random.nextInt(4) == 0
        ? paired
        : withOffset(paired, to, plan.allocations().get(from).offset());
  }

  /** Exchanges two steps if the schedule stays legal; buffers then live as the new order asks. */
  private Plan reordered(Plan plan) {
    Schedule schedule = plan.schedule();
    if (schedule.steps().size() < 2) {
      return plan;
    }
    var steps = new ArrayList<>(schedule.steps());
    int at = random.nextInt(steps.size() - 1);
    Collections.swap(steps, at, at + 1);
    Schedule changed = schedule.withSteps(schedule.init(), steps);
    return ScheduleVerifier.verify(changed).isEmpty() ? moved(plan, changed) : plan;
  }

  private static Plan moved(Plan plan, Schedule schedule) {
    var left = new ArrayList<>(plan.allocations());
    var allocations = new ArrayList<Allocation>();
    for (Buffer buffer : new Lives(schedule, new Placed(schedule)).buffers()) {
      int at = 0;
      while (!left.get(at).buffer().name().equals(buffer.name())) {
        at++;
      }
      allocations.add(new Allocation(buffer, left.remove(at).offset()));
    }
    return new Plan(schedule, allocations, plan.inPlace(), plan.arenaBytes(), plan.certificate());
  }
}
