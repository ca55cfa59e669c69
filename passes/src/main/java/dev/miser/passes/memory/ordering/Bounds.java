package dev.miser.passes.memory.ordering;

import dev.miser.passes.memory.ordering.OrderGraph.Takeover;
import java.util.BitSet;
import java.util.List;

/** Peaks that no order can stay below. */
final class Bounds {
  /** What each node needs before and after it is known for so many pairs of node and chunk. */
  private static final long MAX_PAIRS = 400_000_000;

  private Bounds() {}

  /** Returns the bytes alive before any node or after all nodes have run, whichever is more. */
  static long ends(Flat graph) {
    long atStart = graph.base();
    long atEnd = graph.base();
    for (int c = 0; c < graph.chunks(); c++) {
      atStart += graph.given()[c] ? graph.bytes()[c] : 0;
      atEnd += graph.kept()[c] ? graph.bytes()[c] : 0;
    }
    return Math.max(atStart, atEnd);
  }

  /**
   * Returns the most bytes that must be alive while some node runs, whatever the order: chunks that
   * it touches, and those that nodes before it touch, or that are there from the start, and that
   * nodes after it touch, or that stay to the end.
   */
  static long forced(Flat graph, int[] order) {
    int n = graph.nodes();
    long always = graph.base();
    for (int c = 0; c < graph.chunks(); c++) {
      always += graph.given()[c] && graph.kept()[c] ? graph.bytes()[c] : 0;
    }
    long bound = ends(graph);
    if ((long) n * graph.chunks() > MAX_PAIRS) {
      for (int node = 0; node < n; node++) {
        bound = Math.max(bound, always + alone(graph, node));
      }
      return bound;
    }
    // Chunks that are alive once a node has begun, and chunks that are alive until it has ended.
    BitSet[] begun = new BitSet[n];
    BitSet[] needed = new BitSet[n];
    BitSet given = bits(graph.given());
    BitSet kept = bits(graph.kept());
    for (int node : order) {
      begun[node] = spread(graph.touches()[node], graph.after()[node], begun, given);
    }
    for (int node : Exact.reversed(order)) {
      needed[node] = spread(graph.touches()[node], graph.then()[node], needed, kept);
    }
    for (int node = 0; node < n; node++) {
      begun[node].and(needed[node]);
      long sum = graph.base() + graph.workspace()[node] - saved(graph, node);
      for (int c = begun[node].nextSetBit(0); c >= 0; c = begun[node].nextSetBit(c + 1)) {
        sum += graph.bytes()[c];
      }
      bound = Math.max(bound, sum);
    }
    return bound;
  }

  private static BitSet bits(boolean[] set) {
    var bits = new BitSet(set.length);
    for (int i = 0; i < set.length; i++) {
      bits.set(i, set[i]);
    }
    return bits;
  }

  private static BitSet spread(int[] touches, int[] neighbours, BitSet[] known, BitSet outside) {
    var chunks = (BitSet) outside.clone();
    for (int neighbour : neighbours) {
      chunks.or(known[neighbour]);
    }
    for (int chunk : touches) {
      chunks.set(chunk);
    }
    return chunks;
  }

  /** Returns the bytes that a node needs for itself, besides what is always alive. */
  private static long alone(Flat graph, int node) {
    long sum = graph.workspace()[node] - saved(graph, node);
    for (int chunk : graph.touches()[node]) {
      sum += graph.given()[chunk] && graph.kept()[chunk] ? 0 : graph.bytes()[chunk];
    }
    return sum;
  }

  private static long saved(Flat graph, int node) {
    List<Takeover> takeovers = graph.takeovers().get(node);
    return takeovers.isEmpty() ? 0 : Takeovers.most(takeovers, t -> true);
  }
}
