package dev.miser.passes.memory.ordering;

import java.util.Comparator;
import java.util.TreeSet;

/**
 * Runs of the ready nodes the one that leaves fewest bytes alive; of equals the first in the order
 * that was given. Near-linear: a node is weighed anew only when a chunk it touches begins to live
 * or waits for it alone.
 */
final class GreedyOrder {
  private final Flat graph;
  private final Walk walk;
  private final long[] weight;
  private final TreeSet<Integer> ready;

  private GreedyOrder(Flat graph, int[] own) {
    this.graph = graph;
    this.walk = new Walk(graph);
    this.weight = new long[graph.nodes()];
    int[] rank = new int[own.length];
    for (int i = 0; i < own.length; i++) {
      rank[own[i]] = i;
    }
    ready =
        new TreeSet<>(
            Comparator.comparingLong((Integer i) -> weight[i]).thenComparingInt(i -> rank[i]));
  }

  /** Returns the greedy order. */
  static int[] of(Flat graph, int[] own) {
    return new GreedyOrder(graph, own).run();
  }

  private int[] run() {
    int[] order = new int[graph.nodes()];
    for (int node = 0; node < order.length; node++) {
      enter(node);
    }
    while (walk.count() < order.length) {
      int node = ready.removeFirst();
      order[walk.count()] = node;
      walk.run(node);
      for (int chunk : graph.touches()[node]) {
        int[] touchers = graph.touchers()[chunk];
        int left = touchers.length - walk.done(chunk);
        if (walk.done(chunk) == 1 || left == 1) {
          for (int other : touchers) {
            if (ready.remove(other)) {
              enter(other);
            }
          }
        }
      }
      for (int next : graph.then()[node]) {
        enter(next);
      }
    }
    return order;
  }

  private void enter(int node) {
    if (walk.isReady(node)) {
      weight[node] = walk.change(node);
      ready.add(node);
    }
  }
}
