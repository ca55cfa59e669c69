package dev.miser.passes.memory.ordering;

import dev.miser.passes.memory.ordering.OrderGraph.Takeover;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/** Which outputs of one node take over which dying inputs so that most bytes are shared. */
final class Takeovers {
  private Takeovers() {}

  /**
   * Returns the most bytes that can be taken over at once: the weight of the heaviest matching of
   * outputs to inputs, found by longest augmenting paths.
   */
  static long most(List<Takeover> all, Predicate<Takeover> possible) {
    var edges = new ArrayList<Takeover>();
    for (Takeover takeover : all) {
      if (takeover.bytes() > 0 && possible.test(takeover)) {
        edges.add(takeover);
      }
    }
    if (edges.isEmpty()) {
      return 0;
    }
    if (edges.size() == 1) {
      return edges.getFirst().bytes();
    }
    return new Matching(edges).run();
  }

  /** A matching that grows by one edge at a time; vertices are ranks of outputs and of inputs. */
  private static final class Matching {
    private final int[] outputs;
    private final int[] inputs;
    private final long[] weight;
    private final boolean[] matched;
    private final int vertices;
    private final int firstInput;

    Matching(List<Takeover> edges) {
      int[] left = edges.stream().mapToInt(Takeover::output).distinct().toArray();
      int[] right = edges.stream().mapToInt(Takeover::input).distinct().toArray();
      firstInput = left.length;
      vertices = left.length + right.length;
      outputs = new int[edges.size()];
      inputs = new int[edges.size()];
      weight = new long[edges.size()];
      matched = new boolean[edges.size()];
      for (int i = 0; i < outputs.length; i++) {
        outputs[i] = rank(left, edges.get(i).output());
        inputs[i] = firstInput + rank(right, edges.get(i).input());
        weight[i] = edges.get(i).bytes();
      }
    }

    private static int rank(int[] values, int value) {
      int rank = 0;
      while (values[rank] != value) {
        rank++;
      }
      return rank;
    }

    long run() {
      long total = 0;
      for (long gain = augment(); gain > 0; gain = augment()) {
        total += gain;
      }
      return total;
    }

    /** Augments along the heaviest path between free vertices; returns what that gains. */
    private long augment() {
      long[] best = new long[vertices];
      int[] by = new int[vertices];
      Arrays.fill(best, Long.MIN_VALUE);
      Arrays.fill(by, -1);
      boolean[] busy = new boolean[vertices];
      for (int e = 0; e < matched.length; e++) {
        busy[outputs[e]] |= matched[e];
        busy[inputs[e]] |= matched[e];
      }
      for (int v = 0; v < firstInput; v++) {
        best[v] = busy[v] ? Long.MIN_VALUE : 0;
      }
      for (boolean changed = true; changed; ) {
        changed = false;
        for (int e = 0; e < matched.length; e++) {
          int from = matched[e] ? inputs[e] : outputs[e];
          int to = matched[e] ? outputs[e] : inputs[e];
          long gain = matched[e] ? -weight[e] : weight[e];
          if (best[from] != Long.MIN_VALUE && best[from] + gain > best[to]) {
            best[to] = best[from] + gain;
            by[to] = e;
            changed = true;
          }
        }
      }
      int end = -1;
      for (int v = firstInput; v < vertices; v++) {
        if (!busy[v] && best[v] > 0 && (end < 0 || best[v] > best[end])) {
          end = v;
        }
      }
      if (end < 0) {
        return 0;
      }
      for (int v = end; by[v] >= 0; ) {
        int e = by[v];
        v = v == inputs[e] ? outputs[e] : inputs[e];
        matched[e] = !matched[e];
      }
      return best[end];
    }
  }
}
