package dev.miser.passes.memory.ordering;

import dev.miser.passes.memory.ordering.OrderGraph.Takeover;
import java.util.List;

/**
 * A graph of which some nodes have run: how many bytes are alive, and how many would be while and
 * after a further node runs.
 */
final class Walk {
  private final Flat graph;
  private final int[] done;
  private final int[] waiting;
  private final boolean[] ran;
  private long live;
  private int count;

  Walk(Flat graph) {
    this.graph = graph;
    this.done = new int[graph.chunks()];
    this.waiting = new int[graph.nodes()];
    this.ran = new boolean[graph.nodes()];
    for (int i = 0; i < waiting.length; i++) {
      waiting[i] = graph.after()[i].length;
    }
    live = graph.base();
    for (int c = 0; c < done.length; c++) {
      live += graph.given()[c] ? graph.bytes()[c] : 0;
    }
  }

  /** Returns the bytes alive between two nodes. */
  long live() {
    return live;
  }

  int nodes() {
    return ran.length;
  }

  /** Returns how many nodes have run. */
  int count() {
    return count;
  }

  boolean ran(int node) {
    return ran[node];
  }

  /** Returns whether all nodes that must run before it have run, and it has not. */
  boolean isReady(int node) {
    return waiting[node] == 0 && !ran[node];
  }

  /** Returns how many nodes that touch the chunk have run. */
  int done(int chunk) {
    return done[chunk];
  }

  /** Returns whether the chunk is alive between two nodes. */
  boolean isAlive(int chunk) {
    int touchers = graph.touchers()[chunk].length;
    return (done[chunk] > 0 || graph.given()[chunk])
        && (done[chunk] < touchers || graph.kept()[chunk]);
  }

  private boolean starts(int chunk) {
    return done[chunk] == 0 && !graph.given()[chunk];
  }

  private boolean ends(int chunk) {
    return done[chunk] + 1 == graph.touchers()[chunk].length && !graph.kept()[chunk];
  }

  /** Returns the bytes alive while the node runs. */
  long during(int node) {
    long sum = live + graph.workspace()[node];
    for (int chunk : graph.touches()[node]) {
      if (starts(chunk)) {
        sum += graph.bytes()[chunk];
      }
    }
    return sum - saved(node);
  }

  private long saved(int node) {
    List<Takeover> takeovers = graph.takeovers().get(node);
    return takeovers.isEmpty()
        ? 0
        : Takeovers.most(takeovers, t -> starts(t.output()) && ends(t.input()));
  }

  /** Returns by how many bytes more are alive after the node than before. */
  long change(int node) {
    long sum = 0;
    for (int chunk : graph.touches()[node]) {
      if (starts(chunk)) {
        sum += graph.bytes()[chunk];
      }
      if (ends(chunk)) {
        sum -= graph.bytes()[chunk];
      }
    }
    return sum;
  }

  /** Runs a node that is ready. */
  void run(int node) {
    live += change(node);
    for (int chunk : graph.touches()[node]) {
      done[chunk]++;
    }
    for (int next : graph.then()[node]) {
      waiting[next]--;
    }
    ran[node] = true;
    count++;
  }

  /** Returns the most bytes alive at once in this order. */
  static long peak(Flat graph, int[] order) {
    var walk = new Walk(graph);
    long peak = walk.live;
    for (int node : order) {
      if (!walk.isReady(node)) {
        throw new IllegalArgumentException("node " + node + " is not ready");
      }
      peak = Math.max(peak, walk.during(node));
      walk.run(node);
    }
    return peak;
  }
}
