package dev.miser.passes.memory.report;

import java.util.ArrayList;
import java.util.List;

/**
 * What stands between a plan and a budget: the steps that hold more, and buffers whose ending would
 * bring the live bytes below it, each time the largest that is idle at the highest step.
 *
 * @param over the stretches of steps that hold more than the budget, in order of time
 * @param endings which buffers to end; if they do not suffice, the last peak says so
 */
public record BudgetGap(long budgetBytes, List<Peaks.Stretch> over, List<Ending> endings) {
  /** A buffer that is ended, and the peak left after this and all earlier endings. */
  public record Ending(BufferFacts buffer, WhatIf.Peak peak) {}

  public BudgetGap {
    over = List.copyOf(over);
    endings = List.copyOf(endings);
  }

  /** Returns whether the live bytes fit, after the endings. */
  public boolean fits() {
    return over.isEmpty() || (!endings.isEmpty() && endings.getLast().peak.bytes() <= budgetBytes);
  }

  /** Compares a plan with a budget. */
  public static BudgetGap of(PlanFacts facts, long budgetBytes) {
    long[] live = facts.steps().stream().mapToLong(StepFacts::liveBytes).toArray();
    List<Peaks.Stretch> over = over(live, budgetBytes);
    var endings = new ArrayList<Ending>();
    var ended = new boolean[facts.buffers().size()];
    WhatIf.Peak peak = highest(live);
    while (peak.bytes() > budgetBytes) {
      BufferFacts next = null;
      long most = 0;
      for (BufferFacts buffer : facts.buffers()) {
        if (buffer.alignedBytes() > most && buffer.isAlive(peak.time())) {
          long idle = ended[buffer.number()] ? 0 : buffer.idleBytes(peak.time());
          if (idle > most) {
            most = idle;
            next = buffer;
          }
        }
      }
      if (next == null) {
        break;
      }
      ended[next.number()] = true;
      for (int time = next.start(); time < Math.min(next.end(), live.length); time++) {
        live[time] -= next.idleBytes(time);
      }
      peak = highest(live);
      endings.add(new Ending(next, peak));
    }
    return new BudgetGap(budgetBytes, over, endings);
  }

  private static WhatIf.Peak highest(long[] live) {
    int time = -1;
    for (int i = 0; i < live.length; i++) {
      time = time < 0 || live[i] > live[time] ? i : time;
    }
    return new WhatIf.Peak(time < 0 ? 0 : live[time], time);
  }

  /** Returns the stretches above the budget, each with the most bytes it reaches. */
  private static List<Peaks.Stretch> over(long[] live, long budgetBytes) {
    var over = new ArrayList<Peaks.Stretch>();
    int start = 0;
    while (start < live.length) {
      int end = start;
      long most = 0;
      while (end < live.length && live[end] > budgetBytes) {
        most = Math.max(most, live[end++]);
      }
      if (end > start) {
        over.add(new Peaks.Stretch(most, start, end));
      }
      start = end + 1;
    }
    return over;
  }
}
