package dev.miser.passes.memory;

import dev.miser.ir.plan.Buffer;
import dev.miser.ir.plan.Buffers;
import dev.miser.ir.plan.Certificate;
import dev.miser.ir.plan.KernelCatalog;
import dev.miser.ir.plan.Plan;
import dev.miser.ir.plan.Schedule;
import java.util.ArrayList;
import java.util.List;

/** The step from Schedule to Plan: places every buffer in the arena. */
public final class MemoryPlanner {
  private static final List<OffsetAssignment> STRATEGIES =
      List.of(
          new Greedy(Greedy.Order.SIZE, Greedy.Fit.BEST),
          new Greedy(Greedy.Order.SIZE, Greedy.Fit.FIRST),
          new Greedy(Greedy.Order.AREA, Greedy.Fit.BEST),
          new Greedy(Greedy.Order.AREA, Greedy.Fit.FIRST),
          new Greedy(Greedy.Order.LIFE, Greedy.Fit.FIRST),
          new Greedy(Greedy.Order.START, Greedy.Fit.BEST));

  private MemoryPlanner() {}

  /** Returns the plan of the smallest arena that the strategies find. */
  public static Plan plan(Schedule schedule, KernelCatalog catalog) {
    Buffers buffers = Buffers.of(schedule);
    Units shared = Units.shared(schedule, buffers, catalog);
    Units apart = Units.apart(buffers);
    Units chosen = shared;
    long[] offsets = new long[0];
    long arena = Long.MAX_VALUE;
    String by = "";
    for (Units units : shared.inPlace().isEmpty() ? List.of(shared) : List.of(shared, apart)) {
      long bound = Units.loadBound(buffers, units);
      for (OffsetAssignment strategy : STRATEGIES) {
        if (bound >= arena) {
          break;
        }
        long[] found = strategy.assign(units.intervals());
        long bytes = OffsetAssignment.arenaBytes(units.intervals(), found);
        if (bytes < arena) {
          chosen = units;
          offsets = found;
          arena = bytes;
          by = strategy.description() + (bytes == bound ? ": equals the load bound" : "");
        }
      }
    }
    return assemble(schedule, buffers, chosen, offsets, by);
  }

  /** Returns the yardstick: program order, no two buffers share a byte. */
  public static Plan unplanned(Schedule schedule) {
    Buffers buffers = Buffers.of(schedule);
    Units apart = Units.apart(buffers);
    long[] offsets = new long[apart.intervals().size()];
    long next = 0;
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = next;
      next += apart.intervals().get(i).bytes();
    }
    return assemble(schedule, buffers, apart, offsets, "unplanned");
  }

  private static Plan assemble(
      Schedule schedule, Buffers buffers, Units units, long[] offsets, String provedBy) {
    var allocations = new ArrayList<Plan.Allocation>();
    long naive = 0;
    List<Buffer> all = buffers.all();
    for (int i = 0; i < all.size(); i++) {
      allocations.add(new Plan.Allocation(all.get(i), offsets[units.members().get(i)]));
      naive += all.get(i).alignedBytes();
    }
    long bound = Units.loadBound(buffers, units);
    return new Plan(
        schedule,
        allocations,
        units.inPlace(),
        OffsetAssignment.arenaBytes(units.intervals(), offsets),
        new Certificate(naive, bound, bound, provedBy));
  }
}
