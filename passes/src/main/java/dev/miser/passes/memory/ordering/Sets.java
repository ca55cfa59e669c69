package dev.miser.passes.memory.ordering;

import dev.miser.passes.memory.ordering.OrderGraph.Takeover;
import java.util.List;
import java.util.TreeSet;

/**
 * What follows from a down-set (the nodes that have run, as bits): which nodes are ready, and how
 * many bytes are alive while and after they run.
 */
final class Sets {
  private final Flat graph;
  private final int n;
  private final int words;
  private final long[] afterMask;
  private final long[] chunkMask;
  private final int[][] affected;

  Sets(Flat graph) {
    this.graph = graph;
    this.n = graph.nodes();
    this.words = Math.max(1, (n + 63) / 64);
    afterMask = masks(graph.after(), words);
    chunkMask = masks(graph.touchers(), words);
    affected = new int[n][];
    for (int i = 0; i < n; i++) {
      affected[i] = affected(i);
    }
  }

  private static long[] masks(int[][] lists, int words) {
    long[] masks = new long[lists.length * words];
    for (int i = 0; i < lists.length; i++) {
      for (int member : lists[i]) {
        masks[i * words + (member >> 6)] |= 1L << member;
      }
    }
    return masks;
  }

  private int[] affected(int node) {
    var nodes = new TreeSet<Integer>();
    for (int next : graph.then()[node]) {
      nodes.add(next);
    }
    for (int chunk : graph.touches()[node]) {
      for (int other : graph.touchers()[chunk]) {
        nodes.add(other);
      }
    }
    nodes.remove(node);
    return nodes.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Returns the number of longs of a set. */
  int words() {
    return words;
  }

  int nodes() {
    return n;
  }

  static boolean contains(long[] set, int node) {
    return (set[node >> 6] >>> node & 1) != 0;
  }

  static void add(long[] set, int node) {
    set[node >> 6] |= 1L << node;
  }

  /** Returns the number of members. */
  static int size(long[] set) {
    int members = 0;
    for (long word : set) {
      members += Long.bitCount(word);
    }
    return members;
  }

  boolean isFull(long[] set) {
    return size(set) == n;
  }

  /** Returns the bytes alive before any node has run. */
  long start() {
    long live = graph.base();
    for (int c = 0; c < graph.chunks(); c++) {
      live += graph.given()[c] ? graph.bytes()[c] : 0;
    }
    return live;
  }

  boolean isReady(long[] ran, int node) {
    if (contains(ran, node)) {
      return false;
    }
    for (int w = 0; w < words; w++) {
      if ((afterMask[node * words + w] & ~ran[w]) != 0) {
        return false;
      }
    }
    return true;
  }

  private boolean starts(long[] ran, int chunk) {
    if (graph.given()[chunk]) {
      return false;
    }
    for (int w = 0; w < words; w++) {
      if ((chunkMask[chunk * words + w] & ran[w]) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether the node is the last to touch the chunk. */
  private boolean ends(long[] ran, int chunk, int node) {
    if (graph.kept()[chunk]) {
      return false;
    }
    for (int w = 0; w < words; w++) {
      long left = chunkMask[chunk * words + w] & ~ran[w];
      if (left != (w == node >> 6 ? 1L << node : 0)) {
        return false;
      }
    }
    return true;
  }

  /** Returns the bytes alive while the node runs. */
  long during(long[] ran, long live, int node) {
    long sum = live + graph.workspace()[node];
    for (int chunk : graph.touches()[node]) {
      if (starts(ran, chunk)) {
        sum += graph.bytes()[chunk];
      }
    }
    List<Takeover> takeovers = graph.takeovers().get(node);
    return takeovers.isEmpty()
        ? sum
        : sum
            - Takeovers.most(takeovers, t -> starts(ran, t.output()) && ends(ran, t.input(), node));
  }

  /** Returns by how many bytes more are alive after the node than before. */
  long change(long[] ran, int node) {
    long sum = 0;
    for (int chunk : graph.touches()[node]) {
      if (starts(ran, chunk)) {
        sum += graph.bytes()[chunk];
      }
      if (ends(ran, chunk, node)) {
        sum -= graph.bytes()[chunk];
      }
    }
    return sum;
  }

  /**
   * Runs all free nodes (see {@link DownSets}) and returns the bytes alive then.
   *
   * @param ran what has run; free nodes are added
   */
  long runFree(long[] ran, long live, long threshold) {
    long now = live;
    for (int node = 0; node < n; node++) {
      long change = changeIfFree(ran, now, node, threshold);
      if (change <= 0) {
        now += change;
        add(ran, node);
        node = -1;
      }
    }
    return now;
  }

  /**
   * As {@link #runFree(long[], long, long)}, but begins only with what shares bytes with {@code
   * node}, which has run last, or waited for it: cheaper, and seldom misses one.
   */
  long runFreeAround(long[] ran, long live, int node, long threshold) {
    for (int other : affected[node]) {
      if (changeIfFree(ran, live, other, threshold) <= 0) {
        return runFree(ran, live, threshold);
      }
    }
    return live;
  }

  /** Returns by how much a node changes the bytes alive if it is free, else 1. */
  private long changeIfFree(long[] ran, long live, int node, long threshold) {
    if (!isReady(ran, node)) {
      return 1;
    }
    long change = change(ran, node);
    return change <= 0 && during(ran, live, node) <= threshold ? change : 1;
  }

  /**
   * Runs the members of a down-set that were run as free nodes: whatever of them is free now may
   * run next.
   *
   * @param order what has run, to be continued
   */
  static void runFree(Walk walk, long[] members, int[] order) {
    for (int next = free(walk, members); next >= 0; next = free(walk, members)) {
      order[walk.count()] = next;
      walk.run(next);
    }
  }

  private static int free(Walk walk, long[] members) {
    int best = -1;
    for (int node = 0; node < walk.nodes(); node++) {
      if (contains(members, node)
          && walk.isReady(node)
          && walk.change(node) <= 0
          && (best < 0 || walk.during(node) < walk.during(best))) {
        best = node;
      }
    }
    return best;
  }
}
