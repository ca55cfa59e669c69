package dev.miser.passes.memory.ordering;

import dev.miser.passes.memory.ordering.DownSets.Progress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The search over down-sets from both ends. Which end needs fewer down-sets differs by orders of
 * magnitude (few nodes may be last but many first), and cannot be told before; so both searches go
 * on in turns that grow, and tell each other what is proved.
 */
final class Exact {
  private static final long FIRST_TURN = 256;

  /**
   * What a search ended with.
   *
   * @param order the best order; null if there is none below the upper bound, or none was found
   * @param lowerBound no order has a smaller peak
   * @param nodes how many down-sets were looked at
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Found(int @Nullable [] order, long lowerBound, long nodes) {}

  private Exact() {}

  /**
   * Searches for the best order.
   *
   * @param lower orders of this peak or less are equally good
   * @param upper only orders of a smaller peak are wanted
   * @param maxNodes the most down-sets to look at
   * @param memory the most bytes to keep down-sets in
   */
  static Found search(Flat graph, long lower, long upper, long maxNodes, long memory) {
    var backward = new DownSets(graph.reversed(), lower, upper, memory / 2);
    var forward = new DownSets(graph, lower, upper, memory / 2);
    List<DownSets> both = List.of(backward, forward);
    for (long turn = FIRST_TURN; ; turn *= 2) {
      for (DownSets search : both) {
        long left = maxNodes - backward.nodes() - forward.nodes();
        Progress progress = search.advance(bound(both), Math.min(turn, left));
        long nodes = backward.nodes() + forward.nodes();
        switch (progress) {
          case FOUND -> {
            int[] order = search.order();
            int[] forwards = search == backward ? reversed(order) : order;
            return new Found(forwards, search.lowerBound(), nodes);
          }
          case NONE -> {
            return new Found(null, bound(both), nodes);
          }
          case FULL -> search.clear();
          case SEARCHING -> {}
        }
        boolean full = both.stream().allMatch(s -> s.progress() == Progress.FULL);
        if (nodes >= maxNodes || full) {
          return new Found(null, bound(both), nodes);
        }
      }
    }
  }

  private static long bound(List<DownSets> searches) {
    return searches.stream().mapToLong(DownSets::lowerBound).max().orElseThrow();
  }

  static int[] reversed(int[] order) {
    int[] reversed = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      reversed[i] = order[order.length - 1 - i];
    }
    return reversed;
  }
}
