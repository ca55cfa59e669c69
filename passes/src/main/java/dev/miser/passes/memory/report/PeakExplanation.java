package dev.miser.passes.memory.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Why a plan's peak of live bytes is as high as it is.
 *
 * @param times every step at which the peak is reached
 * @param tensors what is alive at the first of them, largest first
 * @param peaks the highest and all other peaks, and the floor
 * @param gap why the arena is larger than the load bound
 */
public record PeakExplanation(
    WhatIf.Peak peak, List<Integer> times, List<LiveTensor> tensors, Peaks peaks, ArenaGap gap) {
  public PeakExplanation {
    times = List.copyOf(times);
    tensors = List.copyOf(tensors);
  }

  /** Explains the peak of a plan. */
  public static PeakExplanation of(PlanFacts facts) {
    WhatIf whatIf = WhatIf.of(facts);
    WhatIf.Peak peak = whatIf.now();
    var tensors = new ArrayList<LiveTensor>();
    for (BufferFacts buffer : facts.aliveAt(peak.time())) {
      tensors.add(LiveTensor.of(facts, whatIf, buffer, peak.time()));
    }
    return new PeakExplanation(
        peak, facts.memory().peakTimes(), tensors, Peaks.of(facts), ArenaGap.of(facts));
  }

  /**
   * Explains one buffer: at the peak if it is alive there, else at the fullest step of its life.
   */
  public static LiveTensor of(PlanFacts facts, BufferFacts buffer) {
    WhatIf whatIf = WhatIf.of(facts);
    int time = whatIf.now().time();
    if (!buffer.isAlive(time)) {
      long most = -1;
      for (StepFacts step : facts.steps()) {
        if (buffer.isAlive(step.time()) && step.liveBytes() > most) {
          most = step.liveBytes();
          time = step.time();
        }
      }
    }
    return LiveTensor.of(facts, whatIf, buffer, time);
  }
}
