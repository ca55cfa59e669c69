package dev.miser.passes.memory.ordering;

import java.util.List;

/**
 * An order of a graph's nodes and what is known of it.
 *
 * @param peak the most bytes alive at once
 * @param ownPeak the same of the order that was given
 * @param lowerBound no order has a smaller peak
 * @param foundBy what found the order: {@code own} is the order that was given
 * @param provedBy what proved the lower bound
 * @param nodes down-sets that were looked at
 */
public record Ordering(
    List<Integer> order,
    long peak,
    long ownPeak,
    long lowerBound,
    String foundBy,
    String provedBy,
    long nodes) {
  public Ordering {
    order = List.copyOf(order);
  }

  /** Returns whether no order has a smaller peak. */
  public boolean isOptimal() {
    return peak == lowerBound;
  }

  /** Returns how far the peak may be from the best, as a share of the lower bound. */
  public double gap() {
    return lowerBound == 0 ? 0 : (double) (peak - lowerBound) / lowerBound;
  }
}
