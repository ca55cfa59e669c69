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
    Units chosen = Units.shared(schedule, buffers, catalog);
    Outcome best = place(chosen, options);
    if (!chosen.inPlace().isEmpty() && best.peak() > Units.loadBound(buffers, chosen)) {
      Units apart = Units.apart(buffers);
      if (Units.loadBound(buffers, apart) < best.peak()) {
        Outcome other = place(apart, options);
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
        schedule, buffers, apart, place(apart, MemoryOptions.DEFAULT.withStrategy(bump)));
  }

  /** Places units: the packing has an offset for each. */
  private static Outcome place(Units units, MemoryOptions options) {
    return options.strategy().pack(Problem.of(units.items()), options.effort());
  }

  private static Plan assemble(Schedule schedule, Buffers buffers, Units units, Outcome outcome) {
    var allocations = new ArrayList<Plan.Allocation>();
    long naive = 0;
    List<Buffer> all = buffers.all();
    for (int i = 0; i < all.size(); i++) {
      long offset = outcome.packing().offset(units.members().get(i));
      allocations.add(new Plan.Allocation(all.get(i), offset));
      naive += all.get(i).alignedBytes();
    }
    long load = Units.loadBound(buffers, units);
    boolean stronger = outcome.lowerBound() > load && units.areExact(buffers);
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
