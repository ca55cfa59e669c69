package dev.miser.ir.plan;

import java.util.Locale;

/**
 * What is proved of a plan's arena.
 *
 * @param naiveBytes the sum of all buffers: what no sharing would need
 * @param loadBound the largest sum of buffers alive at one time: no arena can be smaller
 * @param lowerBound the best proved lower bound for the order and for what is written in place; at
 *     least the load bound
 * @param foundBy the name of what found the layout
 * @param provedBy the name of the argument that proves the lower bound
 * @param nodes search nodes spent
 * @param stop what ended the search
 */
public record Certificate(
    long naiveBytes,
    long loadBound,
    long lowerBound,
    String foundBy,
    String provedBy,
    long nodes,
    Stop stop) {
  /** The {@link #provedBy} of the load bound itself. */
  public static final String LOAD = "load";

  /** What ended a search. */
  public enum Stop {
    /** Nothing was left to do. */
    DONE,
    /** Its search nodes were spent. */
    NODES,
    /** The clock stopped it: another run may find another layout. */
    CLOCK;

    /** Returns the name in texts. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the one with this name. */
    public static Stop of(String text) {
      return valueOf(text.toUpperCase(Locale.ROOT));
    }
  }

  /** Returns the certificate of a layout found without search, of which no more is proved. */
  public static Certificate ofLoad(long naiveBytes, long loadBound, String foundBy) {
    return new Certificate(naiveBytes, loadBound, loadBound, foundBy, LOAD, 0, Stop.DONE);
  }
}
