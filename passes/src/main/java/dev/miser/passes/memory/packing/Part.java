package dev.miser.passes.memory.packing;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Buffers that no other meets, their best packing so far, and the search for a better one. Two
 * lines of work take turns. One wants the goal at once: preferences take turns, at first as they
 * are, then changed by what was learned, with more nodes from round to round, so that it is
 * complete in the end. The other comes down from the best peak: quick searches a step below it,
 * each with an order near the one that succeeded last.
 */
final class Part {
  /** Larger parts are left to heuristics. */
  private static final int MOST = 4_000;

  /** The first search has so many nodes for each buffer; each round has more. */
  private static final double FIRST_ROUND = 2;

  private static final double GROWTH = 1.2;

  /** Nodes for each buffer of a search from above. */
  private static final int QUICK = 3;

  private final Problem problem;
  private final int[] items;
  private final long[] offsets;
  private long peak;
  private long bound;
  private @Nullable Search search;

  /** Creates the part of these buffers; their offsets are those of a packing of the problem. */
  Part(Problem problem, int[] items, long[] packing) {
    this.problem = problem;
    this.items = items;
    offsets = new long[items.length];
    offer(packing);
  }

  long peak() {
    return peak;
  }

  /** Returns what was proved by search; 0 if nothing. */
  long bound() {
    return bound;
  }

  boolean isSearchable() {
    return items.length <= MOST;
  }

  /** Takes over the offsets of a packing of the problem if it has a smaller peak here. */
  void offer(long[] packing) {
    long[] other = Arrays.stream(items).mapToLong(item -> packing[item]).toArray();
    long itsPeak = peak(other);
    if (peak == 0 || itsPeak < peak) {
      peak = itsPeak;
      System.arraycopy(other, 0, offsets, 0, other.length);
    }
  }

  /** Writes the best offsets into those of the problem. */
  void write(long[] packing) {
    for (int i = 0; i < items.length; i++) {
      packing[items[i]] = offsets[i];
    }
  }

  /**
   * Makes one search and returns its nodes.
   *
   * @param goal a peak that is enough
   * @param onlyGoal whether a peak between it and today's is of no use
   */
  long turn(long goal, boolean onlyGoal, long limit, long deadline) {
    if (search == null) {
      search = new Search(SearchSpace.of(problem, items));
    }
    return search.turn(goal, onlyGoal, limit, deadline);
  }

  private long peak(long[] some) {
    long most = 0;
    for (int i = 0; i < items.length; i++) {
      most = Math.max(most, some[i] + problem.size(items[i]));
    }
    return most;
  }

  private final class Search {
    private final ExactSearch exact;
    private final long unit;
    private final int[][] preferences;

    private final LearningOrder towardsGoal;
    private double goalLimit;
    private int goalTurns;
    private long goalNodes;

    private final LearningOrder fromAbove;
    private int[] last;
    private int turnsFromAbove;
    private long nodesFromAbove;
    private long step = 1;

    Search(SearchSpace space) {
      exact = new ExactSearch(space);
      unit = space.unit;
      preferences =
          Arrays.stream(Preference.values()).map(p -> p.sort(space)).toArray(int[][]::new);
      last = preferences[0];
      towardsGoal = new LearningOrder(space.count, 2, 0.03);
      fromAbove = new LearningOrder(space.count, 0.3, 0.005);
      goalLimit = FIRST_ROUND * space.count;
    }

    long turn(long goal, boolean onlyGoal, long limit, long deadline) {
      long units = goal / unit;
      long below = (peak - 1) / unit;
      if (onlyGoal || below <= units || 2 * goalNodes <= nodesFromAbove) {
        return towardsGoal(Math.min(units, below), limit, deadline);
      }
      return fromAbove(units, below, limit, deadline);
    }

    private long towardsGoal(long units, long limit, long deadline) {
      int[] preference = preferences[goalTurns % preferences.length];
      int[] order = goalTurns < preferences.length ? preference : towardsGoal.near(preference);
      ExactSearch.Verdict verdict =
          exact.search(units, order, Math.min(limit, (long) goalLimit), deadline);
      take(verdict, units);
      towardsGoal.learn(exact);
      goalTurns++;
      goalLimit *= goalTurns % preferences.length == 0 ? GROWTH : 1;
      goalNodes += exact.nodes();
      return exact.nodes();
    }

    private long fromAbove(long units, long below, long limit, long deadline) {
      int[] order =
          turnsFromAbove < preferences.length ? preferences[turnsFromAbove] : fromAbove.near(last);
      long capacity = Math.max(units, below + 1 - step);
      ExactSearch.Verdict verdict =
          exact.search(capacity, order, Math.min(limit, (long) QUICK * items.length), deadline);
      take(verdict, capacity);
      fromAbove.learn(exact);
      turnsFromAbove++;
      nodesFromAbove += exact.nodes();
      if (verdict == ExactSearch.Verdict.FOUND) {
        last = order;
        step = Math.min(2 * step, Math.max(1, (below - units) / 8));
      } else {
        step = 1;
      }
      return exact.nodes();
    }

    private void take(ExactSearch.Verdict verdict, long units) {
      switch (verdict) {
        case FOUND -> {
          for (int i = 0; i < items.length; i++) {
            offsets[i] = exact.offset(i) * unit;
          }
          peak = Part.this.peak(offsets);
        }
        case IMPOSSIBLE -> bound = Math.max(bound, (units + 1) * unit);
        case LIMIT -> {}
      }
    }
  }
}
