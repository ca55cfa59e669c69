package dev.miser.passes.memory;

import dev.miser.ir.plan.KernelCatalog;
import dev.miser.ir.plan.Schedule;
import dev.miser.passes.Pass;
import dev.miser.passes.PassContext;
import dev.miser.passes.memory.PhaseGraph.Phase;
import dev.miser.passes.memory.ordering.OrderEffort;
import dev.miser.passes.memory.ordering.Ordering;
import dev.miser.passes.memory.ordering.Orders;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Runs the kernels of a step in an order in which fewer bytes are alive at the peak, and those of
 * init so that init does not set the size of the arena, even if the step comes to need less. An
 * order that gains nothing stays as the program has it.
 *
 * @param nodes the most down-sets that the exact search looks at
 */
public record Order(int nodes) implements Pass<Schedule> {
  public static final Order DEFAULT = new Order((int) OrderEffort.DEFAULT.nodes());

  enum Stat {
    KERNELS_MOVED,
    BYTES_SPARED_AT_THE_PEAK
  }

  /** The most bytes alive at once in each phase. */
  private record Peaks(long init, long step) {
    static Peaks of(Schedule schedule, KernelCatalog catalog) {
      long[] live = StepBytes.of(schedule, catalog);
      int initEnd = schedule.init().size();
      return new Peaks(most(live, 0, initEnd), most(live, initEnd, live.length));
    }

    private static long most(long[] live, int from, int to) {
      return Arrays.stream(live, from, to).max().orElse(0);
    }

    long of(Phase phase) {
      return switch (phase) {
        case INIT -> init;
        case STEP -> step;
      };
    }

    long arena() {
      return Math.max(init, step);
    }
  }

  @Override
  public Schedule run(Schedule schedule, PassContext context) {
    PhaseGraph step = PhaseGraph.of(schedule, Phase.STEP, context.catalog());
    Ordering ofStep = best(step, 0);
    Schedule ordered = reorder(schedule, Phase.STEP, step, ofStep, context);
    PhaseGraph init = PhaseGraph.of(ordered, Phase.INIT, context.catalog());
    // Later passes may lower the peak of the step, but hardly to what is always alive.
    long enough = step.fixed() + (ofStep.peak() - step.fixed()) / 16;
    if (init.peak() <= enough) {
      return ordered;
    }
    return reorder(ordered, Phase.INIT, init, best(init, enough), context);
  }

  private Ordering best(PhaseGraph graph, long enough) {
    OrderEffort effort = OrderEffort.DEFAULT.withNodes(nodes).withEnough(enough);
    return Orders.best(graph.graph(), graph.own(), effort);
  }

  private static Schedule reorder(
      Schedule schedule, Phase phase, PhaseGraph graph, Ordering found, PassContext context) {
    if (found.peak() == found.ownPeak()) {
      return schedule;
    }
    Schedule candidate =
        switch (phase) {
          case INIT -> schedule.withSteps(graph.steps(found.order()), schedule.steps());
          case STEP -> schedule.withSteps(schedule.init(), graph.steps(found.order()));
        };
    // What takes over what is chosen later, and may turn out otherwise than was reckoned here.
    Peaks before = Peaks.of(schedule, context.catalog());
    Peaks after = Peaks.of(candidate, context.catalog());
    if (after.of(phase) >= before.of(phase) || after.arena() > before.arena()) {
      return schedule;
    }
    context.count(Stat.KERNELS_MOVED, moved(found.order()));
    context.count(Stat.BYTES_SPARED_AT_THE_PEAK, before.of(phase) - after.of(phase));
    return candidate;
  }

  private static long moved(List<Integer> order) {
    return IntStream.range(0, order.size()).filter(i -> order.get(i) != i).count();
  }
}
