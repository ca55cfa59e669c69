package dev.miser.passes.memory;

import dev.miser.ir.plan.Buffer;
import dev.miser.ir.plan.Buffers;
import dev.miser.ir.plan.Certificate;
import dev.miser.ir.plan.KernelCatalog;
import dev.miser.ir.plan.Plan;
import dev.miser.ir.plan.Schedule;
import dev.miser.passes.memory.packing.Outcome;
import dev.miser.passes.memory.packing.Problem;
import dev.miser.passes.memory.packing.Strategies;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The step from Schedule to Plan: places every buffer in the arena. */
public final class MemoryPlanner {
  /** The name, in certificates, of the layout in which nothing shares a byte. */
  private static final String UNPLANNED = "bump";

  private MemoryPlanner() {}

  /** Returns the plan of the smallest arena that the usual strategy finds. */
  public static Plan plan(Schedule schedule, KernelCatalog catalog) {
    return plan(schedule, catalog, MemoryOptions.DEFAULT);
  }

  /** Returns the plan of the smallest arena that a strategy finds. */
  public static Plan plan(Schedule schedule, KernelCatalog catalog, MemoryOptions options) {
    Buffers buffers = Buffers.of(schedule);
    var takeovers = new Takeovers(schedule, buffers, catalog);
    Units chosen = Joints.units(takeovers, buffers, takeovers.all());
    Outcome best = place(chosen, chosen.loadBound(buffers), options);
    if (!chosen.inPlace().isEmpty() && best.peak() > chosen.loadBound(buffers)) {
      Units apart = Units.apart(buffers);
      if (apart.loadBound(buffers) < best.peak()) {
        Outcome other = place(apart, apart.loadBound(buffers), options);
        if (other.peak() < best.peak()) {
          chosen = apart;
          best = other;
        }
      }
    }
    return assemble(schedule, buffers, chosen, best);
  }

  /** Returns the yardstick: program order, no two buffers share a byte. */
  public static Plan unplanned(Schedule schedule) {
    Buffers buffers = Buffers.of(schedule);
    var bump = Objects.requireNonNull(Strategies.find(UNPLANNED));
    Units apart = Units.apart(buffers);
    return assemble(
        schedule,
        buffers,
        apart,
        bump.pack(Problem.of(apart.items()), MemoryOptions.DEFAULT.effort()));
  }

  /** Places units: the packing has an offset for each. */
  private static Outcome place(Units units, long load, MemoryOptions options) {
    Problem hulls = Problem.of(units.items());
    if (units.areRectangles()) {
      return options.strategy().pack(hulls, options.effort());
    }
    if (!options.strategy().equals(Strategies.OURS)) {
      Outcome outcome = options.strategy().pack(hulls, options.effort());
      return withBound(outcome, load, outcome.nodes());
    }
    Outcome shapes = ShapeSearch.pack(units.shapes(), hulls, load, options.effort());
    if (shapes.isOptimal()) {
      return shapes;
    }
    Outcome outcome = options.strategy().pack(hulls, options.effort());
    Outcome best = outcome.peak() < shapes.peak() ? outcome : shapes;
    return withBound(best, load, outcome.nodes() + shapes.nodes());
  }

  /** Returns an outcome with the load bound: what is proved of hulls is not proved of shapes. */
  private static Outcome withBound(Outcome outcome, long load, long nodes) {
    return new Outcome(
        outcome.packing(),
        load,
        outcome.foundBy(),
        Certificate.LOAD,
        nodes,
        outcome.stop(),
        outcome.cpuNanos());
  }

  private static Plan assemble(Schedule schedule, Buffers buffers, Units units, Outcome outcome) {
    var allocations = new ArrayList<Plan.Allocation>();
    long naive = 0;
    List<Buffer> all = buffers.all();
    for (int i = 0; i < all.size(); i++) {
      Units.Member member = units.members().get(i);
      long offset = outcome.packing().offset(member.unit()) + member.offset();
      allocations.add(new Plan.Allocation(all.get(i), offset));
      naive += all.get(i).alignedBytes();
    }
    long load = units.loadBound(buffers);
    boolean stronger = outcome.lowerBound() > load && units.areRectangles();
    var certificate =
        new Certificate(
            naive,
            load,
            stronger ? outcome.lowerBound() : load,
            outcome.foundBy(),
            stronger ? outcome.provedBy() : Certificate.LOAD,
            outcome.nodes(),
            switch (outcome.stop()) {
              case DONE, CAPACITY -> Certificate.Stop.DONE;
              case NODES -> Certificate.Stop.NODES;
              case CLOCK -> Certificate.Stop.CLOCK;
            });
    return new Plan(schedule, allocations, units.inPlace(), outcome.peak(), certificate);
  }
}
