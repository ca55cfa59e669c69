package dev.miser.passes.memory.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The peaks of live bytes: stretches of steps between a rise and a fall, highest first; of equal
 * ones the earlier first.
 *
 * @param floorBytes what no ending of idle buffers can go below: the most bytes that one kernel
 *     touches
 * @param floorTime the first step that touches as much; -1 if there is none
 */
public record Peaks(List<Stretch> stretches, long floorBytes, int floorTime) {
  /** Steps from {@code start} until before {@code end} that hold the same bytes. */
  public record Stretch(long bytes, int start, int end) {}

  public Peaks {
    stretches = List.copyOf(stretches);
  }

  /** Returns the peaks of a plan. */
  public static Peaks of(PlanFacts facts) {
    List<StepFacts> steps = facts.steps();
    var stretches = new ArrayList<Stretch>();
    long before = -1;
    int start = 0;
    while (start < steps.size()) {
      long bytes = steps.get(start).liveBytes();
      int end = start + 1;
      while (end < steps.size() && steps.get(end).liveBytes() == bytes) {
        end++;
      }
      boolean falls = end == steps.size() || steps.get(end).liveBytes() < bytes;
      if (bytes > before && falls) {
        stretches.add(new Stretch(bytes, start, end));
      }
      before = bytes;
      start = end;
    }
    stretches.sort(Comparator.comparingLong((Stretch stretch) -> -stretch.bytes));
    long floor = 0;
    int floorTime = -1;
    for (StepFacts step : steps) {
      if (step.touchedBytes() > floor) {
        floor = step.touchedBytes();
        floorTime = step.time();
      }
    }
    return new Peaks(stretches, floor, floorTime);
  }
}
