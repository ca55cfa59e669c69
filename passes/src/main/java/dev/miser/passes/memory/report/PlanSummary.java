package dev.miser.passes.memory.report;

import dev.miser.ir.plan.Buffer;
import dev.miser.passes.memory.MemoryReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What of a plan can be compared with another plan: its measures in bytes, its tensors and its
 * steps. Steps go by their names, for times shift when a step is put in.
 */
public record PlanSummary(
    String program, Map<Measure, Long> measures, List<Tensor> tensors, List<Step> steps) {
  /** A measure of a whole plan. */
  public enum Measure {
    ARENA("arena"),
    PERSISTENT("persistent"),
    TRANSIENT("transient"),
    PEAK("peak of a step"),
    LOAD_BOUND("load bound"),
    LOWER_BOUND("lower bound"),
    NAIVE("naive total");

    private final String text;

    Measure(String text) {
      this.text = text;
    }

    /** Returns what people call it. */
    public String text() {
      return text;
    }
  }

  /**
   * A buffer.
   *
   * @param from the first step at which it is alive; {@code start} if it comes from outside
   * @param until the last step at which it is alive; {@code end} if it stays
   */
  public record Tensor(String name, Buffer.Kind kind, long bytes, String from, String until) {
    /** Returns a buffer's summary, given the names of the steps in order. */
    public static Tensor of(
        String name, Buffer.Kind kind, long bytes, int start, int end, List<String> steps) {
      boolean fromOutside =
          switch (kind) {
            case INPUT, PARAMETER, STATE -> true;
            case PERSISTENT, OUTPUT, TRANSIENT, WORKSPACE -> false;
          };
      return new Tensor(
          name,
          kind,
          bytes,
          fromOutside || start >= steps.size() ? "start" : steps.get(start),
          end >= steps.size() || end < 1 ? "end" : steps.get(end - 1));
    }
  }

  /** A step, named after the values it defines. */
  public record Step(String name, boolean init, long liveBytes) {}

  public PlanSummary {
    measures = Collections.unmodifiableMap(new EnumMap<>(measures));
    tensors = List.copyOf(tensors);
    steps = List.copyOf(steps);
  }

  /** Returns a measure in bytes. */
  public long bytes(Measure measure) {
    return measures.getOrDefault(measure, 0L);
  }

  /** Returns the summary of a plan. */
  public static PlanSummary of(PlanFacts facts) {
    MemoryReport memory = facts.memory();
    var measures = new EnumMap<Measure, Long>(Measure.class);
    measures.put(Measure.ARENA, memory.arenaBytes());
    measures.put(Measure.PERSISTENT, memory.arenaBytes() - memory.transientBytes());
    measures.put(Measure.TRANSIENT, memory.transientBytes());
    measures.put(Measure.PEAK, memory.peakBytes());
    measures.put(Measure.LOAD_BOUND, memory.certificate().loadBound());
    measures.put(Measure.LOWER_BOUND, memory.certificate().lowerBound());
    measures.put(Measure.NAIVE, memory.certificate().naiveBytes());
    List<String> names = facts.steps().stream().map(StepFacts::name).toList();
    var tensors = new ArrayList<Tensor>();
    for (BufferFacts b : facts.buffers()) {
      tensors.add(Tensor.of(b.name(), b.kind(), b.bytes(), b.start(), b.end(), names));
    }
    return new PlanSummary(
        facts.program(),
        measures,
        tensors,
        facts.steps().stream()
            .map(step -> new Step(step.name(), step.init(), step.liveBytes()))
            .toList());
  }
}
