package dev.miser.passes.memory.ordering;

import dev.miser.passes.memory.ordering.OrderGraph.Chunk;
import dev.miser.passes.memory.ordering.OrderGraph.Life;
import dev.miser.passes.memory.ordering.OrderGraph.Node;
import dev.miser.passes.memory.ordering.OrderGraph.Takeover;
import java.util.ArrayList;
import java.util.List;

/** Peaks of orders from the definition: all bytes, at every time, in every order. */
final class BruteForce {
  private BruteForce() {}

  /** Returns the smallest peak of any order. */
  static long best(OrderGraph graph) {
    return best(graph, new ArrayList<>());
  }

  private static long best(OrderGraph graph, List<Integer> order) {
    int n = graph.nodes().size();
    if (order.size() == n) {
      return peak(graph, order);
    }
    long best = Long.MAX_VALUE;
    for (int node = 0; node < n; node++) {
      if (!order.contains(node) && order.containsAll(graph.nodes().get(node).after())) {
        order.add(node);
        best = Math.min(best, best(graph, order));
        order.removeLast();
      }
    }
    return best;
  }

  /** Returns the most bytes alive at once: before, while each node runs, between, and after. */
  static long peak(OrderGraph graph, List<Integer> order) {
    int n = order.size();
    int m = graph.chunks().size();
    // Even times lie between nodes, odd ones within.
    int[] from = new int[m];
    int[] to = new int[m];
    for (int c = 0; c < m; c++) {
      from[c] = Integer.MAX_VALUE;
      to[c] = -1;
      for (int i = 0; i < n; i++) {
        if (graph.nodes().get(order.get(i)).touches().contains(c)) {
          from[c] = Math.min(from[c], 2 * i + 1);
          to[c] = 2 * i + 1;
        }
      }
      boolean touched = to[c] >= 0;
      Life life = graph.chunks().get(c).life();
      if (touched && (life == Life.FROM_START || life == Life.ALWAYS)) {
        from[c] = 0;
      }
      if (touched && (life == Life.TO_END || life == Life.ALWAYS)) {
        to[c] = 2 * n;
      }
      if (!touched && life == Life.ALWAYS) {
        from[c] = 0;
        to[c] = 2 * n;
      }
    }
    long peak = 0;
    for (int time = 0; time <= 2 * n; time++) {
      long live = 0;
      for (int c = 0; c < m; c++) {
        Chunk chunk = graph.chunks().get(c);
        live += from[c] <= time && time <= to[c] ? chunk.bytes() : 0;
      }
      if (time % 2 == 1) {
        Node node = graph.nodes().get(order.get(time / 2));
        int now = time;
        List<Takeover> possible =
            node.takeovers().stream()
                .filter(t -> from[t.output()] == now && to[t.input()] == now)
                .toList();
        live += node.workspace() - taken(possible);
      }
      peak = Math.max(peak, live);
    }
    return peak;
  }

  /** Returns the most bytes that can be taken over together. */
  private static long taken(List<Takeover> possible) {
    if (possible.isEmpty()) {
      return 0;
    }
    Takeover first = possible.getFirst();
    List<Takeover> rest = possible.subList(1, possible.size());
    List<Takeover> apart =
        rest.stream()
            .filter(t -> t.output() != first.output() && t.input() != first.input())
            .toList();
    return Math.max(taken(rest), first.bytes() + taken(apart));
  }
}
