package dev.miser.passes.memory.packing;

/**
 * A packing and what is known of it.
 *
 * @param lowerBound the best proved lower bound of the peak
 * @param foundBy the name of the strategy that found the packing
 * @param provedBy what proved the lower bound: {@code load}, or the name of a stronger argument
 * @param nodes search nodes spent
 * @param stop what ended the work
 * @param cpuNanos processor time of the calling thread
 */
public record Outcome(
    Packing packing,
    long lowerBound,
    String foundBy,
    String provedBy,
    long nodes,
    Stop stop,
    long cpuNanos) {
  /** What ended the work. */
  public enum Stop {
    /** There was nothing left to do: the peak is proved, or the strategy does no search. */
    DONE,
    /** The capacity that was asked for was reached. */
    CAPACITY,
    /** The search nodes were spent. */
    NODES,
    /** The clock stopped it: another run may find another result. */
    CLOCK
  }

  public long peak() {
    return packing.peak();
  }

  /** Returns whether no packing has a smaller peak. */
  public boolean isOptimal() {
    return peak() == lowerBound;
  }

  /** Returns how far the peak may be from the best, as a share of the lower bound. */
  public double gap() {
    return lowerBound == 0 ? 0 : (double) (peak() - lowerBound) / lowerBound;
  }
}
