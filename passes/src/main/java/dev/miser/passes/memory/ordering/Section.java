package dev.miser.passes.memory.ordering;

import dev.miser.passes.memory.ordering.OrderGraph.Takeover;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A stretch of an order as a graph of its own: what runs before and after it stays there.
 *
 * @param graph the nodes of the stretch, by their rank in it
 * @param nodes the node of the whole graph for each rank
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Section(Flat graph, int[] nodes) {

  /**
   * Returns the section of these nodes.
   *
   * @param nodes nodes that follow each other in an order
   * @param before the whole graph with everything before them run
   */
  static Section of(Flat whole, int[] nodes, Walk before) {
    Map<Integer, Integer> ranks = new HashMap<>();
    for (int i = 0; i < nodes.length; i++) {
      ranks.put(nodes[i], i);
    }
    Map<Integer, Integer> chunks = new HashMap<>();
    var inside = new ArrayList<Integer>();
    int[][] after = new int[nodes.length][];
    int[][] touches = new int[nodes.length][];
    long[] workspace = new long[nodes.length];
    var takeovers = new ArrayList<List<Takeover>>();
    int[] counts = new int[16];
    for (int i = 0; i < nodes.length; i++) {
      int node = nodes[i];
      after[i] =
          Arrays.stream(whole.after()[node]).filter(ranks::containsKey).map(ranks::get).toArray();
      touches[i] = whole.touches()[node].clone();
      for (int k = 0; k < touches[i].length; k++) {
        Integer known = chunks.putIfAbsent(touches[i][k], inside.size());
        int chunk = known == null ? inside.size() : known;
        if (known == null) {
          inside.add(touches[i][k]);
          counts = chunk == counts.length ? Arrays.copyOf(counts, 2 * chunk) : counts;
        }
        counts[chunk]++;
        touches[i][k] = chunk;
      }
      workspace[i] = whole.workspace()[node];
      takeovers.add(
          whole.takeovers().get(node).stream()
              .map(t ->
                  new Takeover(
                      chunks.getOrDefault(t.output(), -1),
                      chunks.getOrDefault(t.input(), -1),
                      t.bytes()))
              .toList());
    }
    long base = before.live();
    long[] bytes = new long[inside.size()];
    boolean[] given = new boolean[inside.size()];
    boolean[] kept = new boolean[inside.size()];
    for (int c = 0; c < bytes.length; c++) {
      int chunk = inside.get(c);
      bytes[c] = whole.bytes()[chunk];
      given[c] = before.isAlive(chunk);
      kept[c] =
          whole.kept()[chunk] || before.done(chunk) + counts[c] < whole.touchers()[chunk].length;
      base -= given[c] ? bytes[c] : 0;
    }
    Flat graph = Flat.of(base, after, touches, bytes, workspace, given, kept, takeovers);
    return new Section(graph, nodes);
  }

  /** Returns the nodes of the whole graph for an order of ranks. */
  int[] inWhole(int[] order) {
    return Arrays.stream(order).map(rank -> nodes[rank]).toArray();
  }

  /**
   * Cuts an order where every node comes before or after all others in any order: each of these
   * nodes ends a section. What happens in one section then has no influence on any other (series
   * decomposition).
   *
   * @return where each section ends
   */
  static List<Integer> ends(Flat whole, int[] order) {
    int n = order.length;
    int[] at = new int[n];
    for (int i = 0; i < n; i++) {
      at[order[i]] = i;
    }
    // How many edges jump over a position; sources hang on a node before all, sinks on one after.
    int[] jumps = new int[n + 2];
    for (int node = 0; node < n; node++) {
      int first = at[node];
      for (int other : whole.after()[node]) {
        first = Math.min(first, at[other]);
      }
      int from = whole.after()[node].length == 0 ? 0 : first + 1;
      jumps[from]++;
      jumps[Math.max(from, at[node])]--;
      if (whole.then()[node].length == 0) {
        jumps[at[node] + 1]++;
        jumps[n]--;
      }
    }
    var ends = new ArrayList<Integer>();
    int over = 0;
    for (int i = 0; i < n; i++) {
      over += jumps[i];
      if (over == 0 || i == n - 1) {
        ends.add(i + 1);
      }
    }
    return ends;
  }
}
