package dev.miser.passes.memory.ordering;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Finds an order of a graph's nodes in which few bytes are alive at once: never more than in the
 * order that was given, the fewest possible where the search gets that far, and a lower bound.
 *
 * <p>The graph is cut into sections that do not influence each other. The section with the largest
 * peak is improved first, and only as far as it sets the peak of the whole; all others stay as they
 * are. A section is searched exactly from both ends, then by greedy, beam and local search.
 */
public final class Orders {
  /** A section, the best order of it so far, and what is proved. */
  private static final class Part {
    private final Section section;
    private final int first;
    private int[] order;
    private long peak;
    private long bound;
    private String foundBy = "own";
    private boolean tried;

    Part(Section section, int first) {
      this.section = section;
      this.first = first;
      order = new int[section.nodes().length];
      Arrays.setAll(order, i -> i);
      peak = Walk.peak(section.graph(), order);
    }

    void offer(int @Nullable [] found, String by) {
      if (found != null) {
        long least = Walk.peak(section.graph(), found);
        if (least < peak) {
          peak = least;
          order = found;
          foundBy = by;
        }
      }
    }
  }

  private final OrderEffort effort;
  private final int[] own;
  private final long ownPeak;
  private final List<Part> parts = new ArrayList<>();
  private long bound;
  private String provedBy = "forced bytes";
  private long nodes;

  private Orders(Flat graph, int[] own, OrderEffort effort) {
    this.effort = effort;
    this.own = own;
    this.ownPeak = Walk.peak(graph, own);
    var walk = new Walk(graph);
    int first = 0;
    bound = Long.MIN_VALUE;
    for (int end : Section.ends(graph, own)) {
      int[] members = Arrays.copyOfRange(own, first, end);
      var part = new Part(Section.of(graph, members, walk), first);
      part.bound = Bounds.forced(part.section.graph(), part.order);
      bound = Math.max(bound, part.bound);
      parts.add(part);
      for (int node : members) {
        walk.run(node);
      }
      first = end;
    }
    bound = Math.max(bound, Bounds.ends(graph));
  }

  /**
   * Returns an order.
   *
   * @param own an order that is legal; the result is never worse
   */
  public static Ordering best(OrderGraph graph, List<Integer> own, OrderEffort effort) {
    int[] order = own.stream().mapToInt(Integer::intValue).toArray();
    if (order.length != graph.nodes().size()) {
      throw new IllegalArgumentException("an order of " + order.length + " nodes");
    }
    return new Orders(Flat.of(graph), order, effort).run();
  }

  /** Returns the most bytes alive at once in an order that is legal. */
  public static long peak(OrderGraph graph, List<Integer> order) {
    return Walk.peak(Flat.of(graph), order.stream().mapToInt(Integer::intValue).toArray());
  }

  private Ordering run() {
    var byPeak =
        new PriorityQueue<Part>(
            Comparator.comparingLong((Part p) -> -p.peak).thenComparingInt(p -> p.first));
    byPeak.addAll(parts);
    while (!byPeak.isEmpty() && byPeak.peek().peak > goal() && !byPeak.peek().tried) {
      Part part = byPeak.poll();
      improve(part);
      part.tried = true;
      byPeak.add(part);
    }
    int[] order = new int[own.length];
    long peak = bound;
    String foundBy = "own";
    for (Part part : parts) {
      int[] members = part.section.inWhole(part.order);
      System.arraycopy(members, 0, order, part.first, members.length);
      if (part.peak > peak || (part.peak == peak && !part.foundBy.equals("own"))) {
        foundBy = part.foundBy;
      }
      peak = Math.max(peak, part.peak);
    }
    if (peak == ownPeak) {
      // Nothing is gained, so nothing moves.
      order = own;
      foundBy = "own";
    }
    return new Ordering(
        Arrays.stream(order).boxed().toList(), peak, ownPeak, bound, foundBy, provedBy, nodes);
  }

  private void improve(Part part) {
    Flat graph = part.section.graph();
    Flat reversed = graph.reversed();
    part.offer(GreedyOrder.of(graph, part.order), "greedy");
    part.offer(
        Exact.reversed(GreedyOrder.of(reversed, Exact.reversed(part.order))), "greedy backwards");
    boolean small = graph.nodes() <= effort.exactNodes();
    if (small && part.peak > goal()) {
      Exact.Found found =
          Exact.search(graph, goal(), part.peak, effort.nodes() - nodes, effort.memory());
      nodes += found.nodes();
      part.offer(found.order(), "down-sets");
      // What is not above the goal was not asked for, and so is not proved.
      if (found.lowerBound() > goal()) {
        prove(Math.min(found.lowerBound(), part.peak), "down-sets");
      }
    }
    if (small && part.peak > goal()) {
      part.offer(Beam.search(graph, goal(), part.peak, effort.beam()), "beam");
      int[] found = Beam.search(reversed, goal(), part.peak, effort.beam());
      part.offer(found == null ? null : Exact.reversed(found), "beam backwards");
    }
    if (part.peak > goal()) {
      Windows.Found found = Windows.improve(graph, part.order, goal(), effort.windows());
      nodes += found.nodes();
      part.offer(found.order(), "windows");
    }
  }

  /** Returns the peak that is aimed at: nothing below it is possible or wanted. */
  private long goal() {
    return Math.max(bound, effort.enough());
  }

  private void prove(long lowerBound, String by) {
    if (lowerBound > bound) {
      bound = lowerBound;
      provedBy = by;
    }
  }
}
