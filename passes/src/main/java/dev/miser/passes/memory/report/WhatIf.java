package dev.miser.passes.memory.report;

import dev.miser.ir.plan.Extent;
import java.util.List;
import java.util.TreeSet;

/**
 * What the peak of live bytes would be if one buffer gave its bytes back whenever no kernel touches
 * it. The order and everything else stay as planned.
 */
public final class WhatIf {
  /**
   * The peak that would be.
   *
   * @param time the first step at which it would be reached; -1 if there is no step
   */
  public record Peak(long bytes, int time) {
    private static final Peak NONE = new Peak(0, -1);

    /** Returns the higher of two peaks; of equal ones the earlier. */
    private Peak max(Peak other) {
      boolean higher = other.bytes > bytes || (other.bytes == bytes && other.time < time);
      return time < 0 || (other.time >= 0 && higher) ? other : this;
    }
  }

  private final HighestStep highest;
  private final int steps;

  private WhatIf(PlanFacts facts) {
    long[] live = facts.steps().stream().mapToLong(StepFacts::liveBytes).toArray();
    this.highest = new HighestStep(live);
    this.steps = live.length;
  }

  /** Prepares the answers for a plan. */
  public static WhatIf of(PlanFacts facts) {
    return new WhatIf(facts);
  }

  /** Returns the peak as it is. */
  public Peak now() {
    return highest.between(0, steps);
  }

  /** Returns the peak if no line of this buffer were alive while no kernel touches it. */
  public Peak without(BufferFacts buffer) {
    // Between two of these times as many of its bytes are idle.
    var changes = new TreeSet<Integer>(List.of(0, steps));
    for (Extent extent : buffer.lines()) {
      changes.add(Math.min(extent.start(), steps));
      changes.add(Math.min(extent.end(), steps));
    }
    for (BufferFacts.Touch touch : buffer.touches()) {
      changes.add(touch.time());
      changes.add(touch.time() + 1);
    }
    Peak peak = Peak.NONE;
    int from = 0;
    for (int to : changes) {
      Peak now = highest.between(from, to);
      if (now.time() >= 0) {
        peak = peak.max(new Peak(now.bytes() - buffer.idleBytes(from), now.time()));
      }
      from = to;
    }
    return peak;
  }

  /**
   * Finds the first highest step of any stretch in constant time, from a table of powers of two.
   */
  private static final class HighestStep {
    private final long[] live;

    /** At {@code [k][i]} the first highest of the 2^k steps from i. */
    private final int[][] table;

    HighestStep(long[] live) {
      this.live = live;
      int levels = 32 - Integer.numberOfLeadingZeros(Math.max(live.length, 1));
      this.table = new int[levels][];
      for (int level = 0; level < levels; level++) {
        table[level] = new int[Math.max(live.length - (1 << level) + 1, 0)];
        for (int i = 0; i < table[level].length; i++) {
          table[level][i] =
              level == 0
                  ? i
                  : higher(table[level - 1][i], table[level - 1][i + (1 << (level - 1))]);
        }
      }
    }

    private int higher(int a, int b) {
      return live[b] > live[a] ? b : a;
    }

    Peak between(int from, int to) {
      if (from >= to) {
        return Peak.NONE;
      }
      int level = 31 - Integer.numberOfLeadingZeros(to - from);
      int time = higher(table[level][from], table[level][to - (1 << level)]);
      return new Peak(live[time], time);
    }
  }
}
