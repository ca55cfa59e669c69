package dev.miser.passes.memory.packing;

import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Cuts a problem into parts: no buffer of one is alive with a buffer of another. */
final class Parts {
  private Parts() {}

  /** Returns the parts; pinned buffers and such of no bytes are in none. */
  static List<int[]> of(Problem problem) {
    int[] movable =
        IntStream.range(0, problem.count())
            .filter(b -> problem.size(b) > 0 && !problem.items().get(b).isPinned())
            .toArray();
    int[] alive = new int[problem.times() + 1];
    for (int item : movable) {
      for (int span = 0; span < problem.spans(item); span++) {
        alive[problem.spanStart(item, span)]++;
        alive[problem.spanEnd(item, span) - 1]--;
      }
    }
    // What is alive across a moment joins the stretches of time before and after it.
    int[] leader = new int[problem.times()];
    int across = 0;
    for (int t = 0; t < leader.length; t++) {
      leader[t] = across > 0 ? leader[t - 1] : t;
      across += alive[t];
    }
    // A buffer of several lives joins these.
    for (int item : movable) {
      for (int span = 1; span < problem.spans(item); span++) {
        leader[find(leader, problem.spanStart(item, span))] = find(leader, problem.start(item));
      }
    }
    var parts = new TreeMap<Integer, IntStream.Builder>();
    int[] rank = new int[problem.times()];
    Arrays.fill(rank, -1);
    for (int item : movable) {
      int part = find(leader, problem.start(item));
      rank[part] = rank[part] < 0 ? parts.size() : rank[part];
      parts.computeIfAbsent(rank[part], _ -> IntStream.builder()).add(item);
    }
    return parts.values().stream().map(part -> part.build().toArray()).toList();
  }

  private static int find(int[] leader, int entry) {
    int root = entry;
    while (leader[root] != root) {
      leader[root] = leader[leader[root]];
      root = leader[root];
    }
    return root;
  }
}
