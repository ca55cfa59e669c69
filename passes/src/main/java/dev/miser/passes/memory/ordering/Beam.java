package dev.miser.passes.memory.ordering;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Beam search over down-sets: of all sets of a size, only the most promising go on, those of the
 * least peak so far and then of the fewest bytes alive. Free nodes run at once (see {@link
 * DownSets}).
 */
final class Beam {
  /** A down-set, and how it was reached: before it, and the node that ran then. */
  @SuppressWarnings("ArrayRecordComponent") // compared by members where it matters
  private record State(
      long[] set, long live, long peak, int size, @Nullable State before, int node) {}

  /** A down-set as a key. */
  private record Members(List<Long> words) {
    static Members of(long[] set) {
      return new Members(Arrays.stream(set).boxed().toList());
    }
  }

  private Beam() {}

  /**
   * Returns an order of a smaller peak than {@code upper}, or null if the beam has none.
   *
   * @param lower orders of this peak or less are equally good
   */
  static int @Nullable [] search(Flat graph, long lower, long upper, int width) {
    var rules = new Sets(graph);
    int n = graph.nodes();
    List<Map<Members, State>> bySize = new ArrayList<>();
    for (int i = 0; i <= n; i++) {
      bySize.add(new HashMap<>());
    }
    long[] none = new long[rules.words()];
    var first = new State(none, rules.start(), Math.max(lower, rules.start()), 0, null, -1);
    bySize.getFirst().put(Members.of(none), first);
    Comparator<State> promising =
        Comparator.comparingLong(State::peak)
            .thenComparingLong(State::live)
            .thenComparing(State::set, Arrays::compare);
    for (int size = 0; size < n; size++) {
      List<State> best = bySize.get(size).values().stream().sorted(promising).limit(width).toList();
      bySize.set(size, Map.of());
      for (State state : best) {
        for (int node = 0; node < n; node++) {
          if (rules.isReady(state.set, node)) {
            State next = next(rules, state, node);
            if (next.peak < upper) {
              bySize
                  .get(next.size)
                  .merge(Members.of(next.set), next, (a, b) -> a.peak <= b.peak ? a : b);
            }
          }
        }
      }
    }
    return bySize.get(n).values().stream()
        .min(promising)
        .map(goal -> order(graph, goal))
        .orElse(null);
  }

  private static State next(Sets rules, State state, int node) {
    long peak = Math.max(state.peak, rules.during(state.set, state.live, node));
    long[] set = state.set.clone();
    long live = state.live + rules.change(set, node);
    Sets.add(set, node);
    live = rules.runFree(set, live, peak);
    return new State(set, live, peak, Sets.size(set), state, node);
  }

  private static int[] order(Flat graph, State goal) {
    var path = new ArrayList<State>();
    for (State state = goal; state != null; state = state.before) {
      path.add(state);
    }
    var walk = new Walk(graph);
    int[] order = new int[graph.nodes()];
    for (State state : path.reversed()) {
      if (state.node >= 0) {
        order[walk.count()] = state.node;
        walk.run(state.node);
      }
      Sets.runFree(walk, state.set, order);
    }
    return order;
  }
}
