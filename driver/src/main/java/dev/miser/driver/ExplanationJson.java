package dev.miser.driver;

import dev.miser.passes.memory.report.BudgetGap;
import dev.miser.passes.memory.report.BufferFacts;
import dev.miser.passes.memory.report.LiveTensor;
import dev.miser.passes.memory.report.PeakExplanation;
import dev.miser.passes.memory.report.Peaks;
import dev.miser.passes.memory.report.PlanFacts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code miser explain --json} prints. Tensors go by their names, steps by the values they
 * define.
 */
record ExplanationJson(
    String program,
    long arenaBytes,
    long loadBoundBytes,
    long peakBytes,
    List<String> peakSteps,
    long floorBytes,
    String floorStep,
    List<Stretch> peaks,
    List<Tensor> tensors,
    @Nullable Tensor tensor,
    Gap arenaGap,
    @Nullable Budget budget) {
  /** Steps that hold the same bytes, or over the budget at most so many. */
  record Stretch(long bytes, String firstStep, int steps) {}

  record Tensor(
      String name,
      String kind,
      long bytes,
      long offset,
      String atStep,
      long aliveBytes,
      LiveTensor.Reason reason,
      List<String> madeBy,
      List<String> readBy,
      List<String> stillReadBy,
      BufferFacts.Fate fate,
      List<String> overwrites,
      List<String> overwrittenBy,
      long savedBytes,
      long peakWithoutBytes,
      String peakWithoutStep,
      @Nullable Again again,
      LiveTensor.@Nullable Store store) {}

  record Again(long flops, List<String> missing) {}

  record Gap(long bytes, long unavoidableBytes, List<Top> tops) {}

  record Top(
      String tensor,
      String atStep,
      long liveBytes,
      long freeBytes,
      int pieces,
      long largestPiece) {}

  record Budget(long bytes, boolean fits, List<Stretch> over, List<Ending> endings) {}

  record Ending(String tensor, long peakBytes, String peakStep) {}

  static ExplanationJson of(
      PlanFacts facts,
      PeakExplanation explanation,
      @Nullable LiveTensor one,
      @Nullable BudgetGap gap) {
    var naming = new Naming(facts);
    Peaks peaks = explanation.peaks();
    return new ExplanationJson(
        facts.program(),
        facts.memory().arenaBytes(),
        facts.memory().certificate().loadBound(),
        explanation.peak().bytes(),
        naming.steps(explanation.times()),
        peaks.floorBytes(),
        naming.step(peaks.floorTime()),
        naming.stretches(peaks.stretches()),
        explanation.tensors().stream().map(naming::tensor).toList(),
        one == null ? null : naming.tensor(one),
        new Gap(
            explanation.gap().bytes(),
            explanation.gap().unavoidableBytes(),
            explanation.gap().tops().stream()
                .map(top ->
                    new Top(
                        top.buffer().name(),
                        naming.step(top.time()),
                        top.liveBytes(),
                        top.freeBytes(),
                        top.pieces(),
                        top.largestPiece()))
                .toList()),
        gap == null
            ? null
            : new Budget(
                gap.budgetBytes(),
                gap.fits(),
                naming.stretches(gap.over()),
                gap.endings().stream()
                    .map(ending ->
                        new Ending(
                            ending.buffer().name(),
                            ending.peak().bytes(),
                            naming.step(ending.peak().time())))
                    .toList()));
  }

  /** Turns numbers into names. */
  private record Naming(PlanFacts facts) {
    String step(int time) {
      return time < 0 ? "" : facts.steps().get(time).name();
    }

    List<String> steps(List<Integer> times) {
      return times.stream().map(this::step).toList();
    }

    List<String> buffers(List<Integer> numbers) {
      return numbers.stream().map(number -> facts.buffers().get(number).name()).toList();
    }

    List<Stretch> stretches(List<Peaks.Stretch> stretches) {
      return stretches.stream()
          .map(s -> new Stretch(s.bytes(), step(s.start()), s.end() - s.start()))
          .toList();
    }

    Tensor tensor(LiveTensor live) {
      BufferFacts buffer = live.buffer();
      LiveTensor.Again again = live.again();
      return new Tensor(
          buffer.name(),
          buffer.kind().name(),
          buffer.bytes(),
          buffer.offset(),
          step(live.time()),
          live.aliveBytes(),
          live.reason(),
          steps(buffer.writes()),
          steps(buffer.reads()),
          steps(live.laterReads()),
          buffer.fate(),
          buffers(buffer.overwrites()),
          buffers(buffer.overwrittenBy()),
          live.savedBytes(),
          live.peakWithout().bytes(),
          step(live.peakWithout().time()),
          again == null ? null : new Again(again.flops(), buffers(again.missing())),
          live.store());
    }
  }
}
