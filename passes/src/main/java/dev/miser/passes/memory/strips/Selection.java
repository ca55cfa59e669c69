package dev.miser.passes.memory.strips;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses which chains to cut: no two share a step, no step needs more than so many bytes, and the
 * time lost is the least. Exact over the candidates given, by the shortest path from the first step
 * to the last.
 */
final class Selection {
  private final long[] live;
  private final List<List<Candidate>> byFirst;

  /**
   * @param live the bytes alive at each step if it is not cut
   */
  Selection(long[] live, List<Candidate> candidates) {
    this.live = live.clone();
    this.byFirst = new ArrayList<>();
    for (int i = 0; i < live.length; i++) {
      byFirst.add(new ArrayList<>());
    }
    candidates.forEach(c -> byFirst.get(c.first()).add(c));
  }

  /** What to cut, in order, and the time that costs. */
  record Choice(List<Candidate> cuts, double seconds) {}

  /** Returns the cheapest choice by which no step needs more bytes, or null if there is none. */
  @Nullable Choice cheapest(long bytes) {
    int end = live.length;
    double[] seconds = new double[end + 1];
    int[] strips = new int[end + 1];
    Candidate[] cut = new Candidate[end + 1];
    for (int i = end - 1; i >= 0; i--) {
      seconds[i] = live[i] <= bytes ? seconds[i + 1] : Double.POSITIVE_INFINITY;
      strips[i] = strips[i + 1];
      for (Candidate candidate : byFirst.get(i)) {
        int after = candidate.last() + 1;
        double total = candidate.seconds() + seconds[after];
        int count = candidate.count() + strips[after];
        if (candidate.peakBytes() <= bytes
            && (total < seconds[i] || (total == seconds[i] && count < strips[i]))) {
          seconds[i] = total;
          strips[i] = count;
          cut[i] = candidate;
        }
      }
    }
    if (seconds[0] == Double.POSITIVE_INFINITY) {
      return null;
    }
    var cuts = new ArrayList<Candidate>();
    for (int i = 0; i < end; ) {
      Candidate chosen = cut[i];
      if (chosen == null) {
        i++;
      } else {
        cuts.add(chosen);
        i = chosen.last() + 1;
      }
    }
    return new Choice(cuts, seconds[0]);
  }
}
