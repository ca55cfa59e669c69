package dev.miser.passes.memory.ordering;

/**
 * How much work ordering may do; counted, so that every machine finds the same order.
 *
 * @param nodes the most down-sets that exact search looks at, over all sections
 * @param memory the most bytes that exact search keeps down-sets in
 * @param exactNodes sections of more nodes are left to heuristics
 * @param beam how many down-sets of a size the beam search keeps
 * @param windows how many stretches of an order are searched again
 * @param enough a peak below which nothing is gained: the search ends there; 0 asks for the best
 */
public record OrderEffort(
    long nodes, long memory, int exactNodes, int beam, int windows, long enough) {
  /** For a graph that is worth a minute. */
  public static final OrderEffort THOROUGH =
      new OrderEffort(1_000_000, 512L << 20, 600, 64, 400, 0);

  /** What planning a program may spend: a fraction of a second. */
  public static final OrderEffort DEFAULT = new OrderEffort(20_000, 64L << 20, 300, 8, 40, 0);

  public OrderEffort withNodes(long most) {
    return new OrderEffort(most, memory, exactNodes, beam, windows, enough);
  }

  public OrderEffort withEnough(long peak) {
    return new OrderEffort(nodes, memory, exactNodes, beam, windows, peak);
  }
}
