package dev.miser.passes.memory.ordering;

import dev.miser.passes.memory.ordering.OrderGraph.Chunk;
import dev.miser.passes.memory.ordering.OrderGraph.Node;
import dev.miser.passes.memory.ordering.OrderGraph.Takeover;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A graph as arrays, for search.
 *
 * @param base bytes alive at all times that no chunk counts
 * @param after for each node those that must run before it
 * @param then for each node those that must run after it
 * @param touches for each node its chunks
 * @param touchers for each chunk its nodes
 * @param given whether a chunk is alive before any node has run
 * @param kept whether a chunk is alive after all nodes have run
 * @param takeovers for each node what its outputs may take over
 */
@SuppressWarnings("ArrayRecordComponent") // never compared: the working form of one search
record Flat(
    long base,
    int[][] after,
    int[][] then,
    int[][] touches,
    int[][] touchers,
    long[] bytes,
    long[] workspace,
    boolean[] given,
    boolean[] kept,
    List<List<Takeover>> takeovers) {

  /** Returns the same graph run backwards: every order has the same peak as its reverse here. */
  Flat reversed() {
    var swapped = new ArrayList<List<Takeover>>();
    for (List<Takeover> all : takeovers) {
      swapped.add(all.stream().map(t -> new Takeover(t.input(), t.output(), t.bytes())).toList());
    }
    return new Flat(base, then, after, touches, touchers, bytes, workspace, kept, given, swapped);
  }

  int nodes() {
    return after.length;
  }

  int chunks() {
    return bytes.length;
  }

  static Flat of(OrderGraph graph) {
    int n = graph.nodes().size();
    int m = graph.chunks().size();
    int[][] after = new int[n][];
    int[][] touches = new int[n][];
    long[] workspace = new long[n];
    var takeovers = new ArrayList<List<Takeover>>();
    for (int i = 0; i < n; i++) {
      Node node = graph.nodes().get(i);
      after[i] = node.after().stream().mapToInt(Integer::intValue).toArray();
      touches[i] = node.touches().stream().mapToInt(Integer::intValue).toArray();
      workspace[i] = node.workspace();
      takeovers.add(node.takeovers());
    }
    long[] bytes = new long[m];
    boolean[] given = new boolean[m];
    boolean[] kept = new boolean[m];
    long base = 0;
    int[][] touchers = inverse(touches, m);
    for (int c = 0; c < m; c++) {
      Chunk chunk = graph.chunks().get(c);
      bytes[c] = chunk.bytes();
      given[c] = isGiven(chunk);
      kept[c] = isKept(chunk);
      // What nothing touches is alive at all times or never.
      if (touchers[c].length == 0) {
        base += given[c] && kept[c] ? bytes[c] : 0;
        bytes[c] = 0;
      }
    }
    return of(base, after, touches, bytes, workspace, given, kept, takeovers);
  }

  private static boolean isGiven(Chunk chunk) {
    return switch (chunk.life()) {
      case FROM_START, ALWAYS -> true;
      case BETWEEN, TO_END -> false;
    };
  }

  private static boolean isKept(Chunk chunk) {
    return switch (chunk.life()) {
      case TO_END, ALWAYS -> true;
      case BETWEEN, FROM_START -> false;
    };
  }

  static Flat of(
      long base,
      int[][] after,
      int[][] touches,
      long[] bytes,
      long[] workspace,
      boolean[] given,
      boolean[] kept,
      List<List<Takeover>> takeovers) {
    return new Flat(
        base,
        after,
        inverse(after, after.length),
        touches,
        inverse(touches, bytes.length),
        bytes,
        workspace,
        given,
        kept,
        takeovers);
  }

  private static int[][] inverse(int[][] lists, int count) {
    int[] sizes = new int[count];
    for (int[] list : lists) {
      for (int i : list) {
        sizes[i]++;
      }
    }
    int[][] inverse = new int[count][];
    for (int i = 0; i < count; i++) {
      inverse[i] = new int[sizes[i]];
    }
    Arrays.fill(sizes, 0);
    for (int i = 0; i < lists.length; i++) {
      for (int j : lists[i]) {
        inverse[j][sizes[j]++] = i;
      }
    }
    return inverse;
  }
}
