package dev.miser.passes.memory;

import dev.miser.ir.plan.KernelCatalog;
import dev.miser.ir.plan.Schedule;
import dev.miser.passes.memory.PhaseGraph.Phase;
import dev.miser.passes.memory.ordering.OrderEffort;
import dev.miser.passes.memory.ordering.Ordering;
import dev.miser.passes.memory.ordering.Orders;

/**
 * What is known of the order of a schedule's step.
 *
 * @param peak the most bytes alive at once in this order, as the search counts them
 * @param lowerBound no order of the same kernels has a smaller peak
 * @param provedBy what proved that
 * @param nodes down-sets that were looked at
 */
public record OrderBound(long peak, long lowerBound, String provedBy, long nodes) {
  /** Searches for a better order, to see what can be proved of this one. */
  public static OrderBound of(Schedule schedule, KernelCatalog catalog) {
    PhaseGraph step = PhaseGraph.of(schedule, Phase.STEP, catalog);
    Ordering found = Orders.best(step.graph(), step.own(), OrderEffort.DEFAULT);
    return new OrderBound(found.ownPeak(), found.lowerBound(), found.provedBy(), found.nodes());
  }

  /** Returns whether no order has a smaller peak. */
  public boolean isOptimal() {
    return peak == lowerBound;
  }
}
