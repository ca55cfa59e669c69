package dev.miser.driver;

import dev.miser.ir.plan.Certificate;
import dev.miser.ir.plan.Extent;
import dev.miser.passes.memory.MemoryReport;
import dev.miser.passes.memory.report.BufferFacts;
import dev.miser.passes.memory.report.PlanFacts;
import dev.miser.passes.memory.report.StepFacts;
import dev.miser.passes.memory.report.WhatIf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an HTML report holds: a plan's facts as its script reads them. What is usual is null, and so
 * left out: a report of 20,000 steps is to stay small.
 */
record ReportFacts(
    String program,
    String target,
    int initEnd,
    int end,
    long arenaBytes,
    Certificate certificate,
    long parameterBytes,
    long packedBytes,
    long stateBytes,
    long peakBytes,
    int peakTime,
    int peaks,
    List<OfBuffer> buffers,
    List<OfStep> steps) {
  /**
   * A buffer.
   *
   * @param lines from, to, start and end of each of its lines; null if all live as long as it
   * @param touches time, from and to of what kernels touch; null if lines is
   * @param members null if it holds the value of its name alone
   * @param saved by how much ending it lowers the peak; null if it does not
   */
  record OfBuffer(
      String name,
      String kind,
      long offset,
      long bytes,
      long aligned,
      int start,
      int end,
      String fate,
      @Nullable String stripOf,
      @Nullable List<List<Long>> lines,
      @Nullable List<List<Long>> touches,
      @Nullable List<BufferFacts.Member> members,
      @Nullable List<Integer> writes,
      @Nullable List<Integer> reads,
      @Nullable List<Integer> overwrites,
      @Nullable List<Integer> overwrittenBy,
      @Nullable Long saved,
      @Nullable Long leftBytes,
      @Nullable Integer leftTime) {}

  /** A step. */
  record OfStep(
      String name,
      boolean init,
      String algorithm,
      @Nullable List<String> operations,
      long flops,
      long live,
      long touched,
      @Nullable List<Integer> reads,
      @Nullable List<Integer> writes) {}

  static ReportFacts of(PlanFacts facts, String target) {
    MemoryReport memory = facts.memory();
    WhatIf whatIf = WhatIf.of(facts);
    return new ReportFacts(
        facts.program(),
        target,
        facts.initEnd(),
        facts.end(),
        memory.arenaBytes(),
        memory.certificate(),
        memory.parameterBytes(),
        memory.packedBytes(),
        memory.stateBytes(),
        memory.peakBytes(),
        memory.peakTime(),
        memory.peakTimes().size(),
        facts.buffers().stream().map(buffer -> of(buffer, whatIf)).toList(),
        facts.steps().stream().map(ReportFacts::of).toList());
  }

  private static OfBuffer of(BufferFacts buffer, WhatIf whatIf) {
    WhatIf.Peak left = whatIf.without(buffer);
    long saved = whatIf.now().bytes() - left.bytes();
    boolean asOne = livesAsOne(buffer);
    boolean alone =
        buffer.members().size() == 1 && buffer.members().getFirst().name().equals(buffer.name());
    return new OfBuffer(
        buffer.name(),
        buffer.kind().name(),
        buffer.offset(),
        buffer.bytes(),
        buffer.alignedBytes(),
        buffer.start(),
        buffer.end(),
        buffer.fate().name(),
        buffer.stripOf(),
        asOne ? null : lines(buffer),
        asOne ? null : touches(buffer),
        alone ? null : buffer.members(),
        filled(buffer.writes()),
        filled(buffer.reads()),
        filled(buffer.overwrites()),
        filled(buffer.overwrittenBy()),
        saved == 0 ? null : saved,
        saved == 0 ? null : left.bytes(),
        saved == 0 ? null : left.time());
  }

  /** Returns whether all lines of a buffer are alive at the same times. */
  private static boolean livesAsOne(BufferFacts buffer) {
    return buffer.lines().isEmpty()
        || buffer
            .lines()
            .equals(List.of(new Extent(0, buffer.alignedBytes(), buffer.start(), buffer.end())));
  }

  private static List<List<Long>> lines(BufferFacts buffer) {
    return buffer.lines().stream()
        .map(line -> List.of(line.from(), line.to(), (long) line.start(), (long) line.end()))
        .toList();
  }

  private static List<List<Long>> touches(BufferFacts buffer) {
    return buffer.touches().stream()
        .map(touch -> List.of((long) touch.time(), touch.from(), touch.to()))
        .toList();
  }

  private static OfStep of(StepFacts step) {
    return new OfStep(
        step.name(),
        step.init(),
        step.algorithm(),
        filled(step.operations()),
        step.flops(),
        step.liveBytes(),
        step.touchedBytes(),
        filled(step.reads()),
        filled(step.writes()));
  }

  private static <T> @Nullable List<T> filled(List<T> list) {
    return list.isEmpty() ? null : list;
  }
}
