package dev.miser.passes.memory.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.func.Function;
import dev.miser.ir.func.FunctionBuilder;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Dot;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.AnalyticCatalog;
import dev.miser.ir.plan.Buffer;
import dev.miser.ir.plan.Extent;
import dev.miser.ir.plan.Target;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import dev.miser.passes.fuse.Fuse;
import dev.miser.passes.fuse.FuseOptions;
import dev.miser.passes.fuse.RandomPrograms;
import dev.miser.passes.memory.MemoryPlanner;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What is told of a plan is so: each answer is found again by a longer way. */
class PlanFactsTest {
  private static final AnalyticCatalog CATALOG = new AnalyticCatalog();
  private static final int PROGRAMS = 60;

  private static PlanFacts facts(Function function, FuseOptions options) {
    return PlanFacts.of(
        MemoryPlanner.plan(new Fuse(Target.GOLDEN, CATALOG, options).run(function), CATALOG));
  }

  private static PlanFacts random(int seed) {
    FuseOptions options = seed % 2 == 0 ? FuseOptions.DEFAULT : FuseOptions.SINGLE;
    return facts(RandomPrograms.of(seed, 5 + seed), options);
  }

  /** A long skip over a wide middle: {@code %skip} is idle at the peak. */
  private static PlanFacts skip() {
    var builder = new FunctionBuilder("skip");
    Value x = builder.input("x", TensorType.of(ElementType.F32, 64, 64));
    Value w = builder.param("w", TensorType.of(ElementType.F32, 64, 1024), null);
    Value v = builder.param("v", TensorType.of(ElementType.F32, 1024, 64), null);
    Value skip = builder.add("skip", new Unary(Unary.Kind.EXP, x));
    Value wide = builder.add("wide", new Dot(skip, w, false, false));
    Value again = builder.add("again", new Dot(wide, v, false, false));
    Value back = builder.add("back", new Dot(again, w, false, false));
    Value low = builder.add("low", new Dot(back, v, false, false));
    Value y = builder.add("y", new Binary(Binary.Kind.ADD, low, skip));
    return facts(
        builder.returns(y).build(), FuseOptions.SINGLE.withPacking(FuseOptions.Packing.NONE));
  }

  private static BufferFacts holder(PlanFacts facts, String value) {
    return Objects.requireNonNull(facts.holderOf(value), value);
  }

  /** Counts the bytes of a buffer that are alive and not touched, one line after the other. */
  private static long idleLineByLine(BufferFacts buffer, int time) {
    long idle = 0;
    for (long line = 0; line < buffer.bytes(); line += Buffer.ALIGNMENT) {
      long at = line;
      boolean alive =
          buffer.lines().stream()
              .filter(extent -> extent.from() <= at && at < extent.to())
              .anyMatch(extent -> extent.start() <= time && time < extent.end());
      boolean touched =
          buffer.touches().stream()
              .filter(touch -> touch.from() <= at && at < touch.to())
              .anyMatch(touch -> touch.time() == time);
      idle += alive && !touched ? Buffer.ALIGNMENT : 0;
    }
    return idle;
  }

  private static long[] withoutIdle(PlanFacts facts, BufferFacts ended) {
    long[] live = facts.steps().stream().mapToLong(StepFacts::liveBytes).toArray();
    for (int time = 0; time < live.length; time++) {
      live[time] -= idleLineByLine(ended, time);
    }
    return live;
  }

  @Test
  void anEndingSavesWhatSummingAgainWithoutTheBufferSaves() {
    int saving = 0;
    for (int seed = 0; seed < PROGRAMS; seed++) {
      PlanFacts facts = random(seed);
      WhatIf whatIf = WhatIf.of(facts);
      assertEquals(facts.memory().peakTime(), whatIf.now().time());
      for (BufferFacts buffer : facts.buffers()) {
        long[] live = withoutIdle(facts, buffer);
        int highest = -1;
        for (int time = 0; time < live.length; time++) {
          highest = highest < 0 || live[time] > live[highest] ? time : highest;
        }
        WhatIf.Peak found = whatIf.without(buffer);
        assertEquals(highest < 0 ? 0 : live[highest], found.bytes(), "seed " + seed);
        assertTrue(highest < 0 || live[found.time()] == found.bytes(), "seed " + seed);
        saving += found.bytes() < whatIf.now().bytes() ? 1 : 0;
      }
    }
    assertTrue(saving > PROGRAMS, "only " + saving + " endings saved anything");
  }

  @Test
  void whatAStepTouchesIsWhatIsLeftWhenAllIdleBuffersAreGone() {
    for (int seed = 0; seed < PROGRAMS; seed++) {
      PlanFacts facts = random(seed);
      for (StepFacts step : facts.steps()) {
        if (step.algorithm().equals(StepFacts.VIEW)) {
          continue;
        }
        long left = step.liveBytes();
        for (BufferFacts buffer : facts.buffers()) {
          left -= idleLineByLine(buffer, step.time());
        }
        assertEquals(step.touchedBytes(), left, "seed " + seed + " at " + step.name());
      }
    }
  }

  @Test
  void aTensorThatWaitsIsExplained() {
    PlanFacts facts = skip();
    PeakExplanation explanation = PeakExplanation.of(facts);
    LiveTensor skip =
        explanation.tensors().stream()
            .filter(tensor -> tensor.buffer().name().equals("skip"))
            .findFirst()
            .orElseThrow();
    assertEquals(LiveTensor.Reason.READ_LATER, skip.reason());
    assertEquals(List.of("%y"), names(facts, skip.laterReads()));
    assertEquals(64 * 64, Objects.requireNonNull(skip.again()).flops());
    assertEquals(
        List.of(holder(facts, "x").number()), Objects.requireNonNull(skip.again()).missing());
    assertEquals(new LiveTensor.Store(16384, 16384), skip.store());
    LiveTensor w = PeakExplanation.of(facts, holder(facts, "w"));
    assertEquals(LiveTensor.Reason.PARAMETER, w.reason());
    assertEquals(Buffer.Kind.PARAMETER, w.buffer().kind());
  }

  private static List<String> names(PlanFacts facts, List<Integer> times) {
    return times.stream().map(time -> facts.steps().get(time).name()).toList();
  }

  @Test
  void theEndingsForABudgetReachWhatTheySay() {
    PlanFacts facts = skip();
    long peak = facts.memory().peakBytes();
    assertTrue(BudgetGap.of(facts, peak).over().isEmpty());
    BudgetGap gap = BudgetGap.of(facts, peak - 1);
    assertTrue(gap.fits());
    assertEquals(
        WhatIf.of(facts).without(gap.endings().getFirst().buffer()),
        gap.endings().getFirst().peak());
    BudgetGap hopeless = BudgetGap.of(facts, 1);
    assertEquals(Peaks.of(facts).floorBytes(), hopeless.endings().getLast().peak().bytes());
  }

  @Test
  void peaksLieBetweenARiseAndAFall() {
    for (int seed = 0; seed < PROGRAMS; seed++) {
      PlanFacts facts = random(seed);
      List<Peaks.Stretch> stretches = Peaks.of(facts).stretches();
      if (!facts.steps().isEmpty()) {
        assertEquals(facts.memory().peakBytes(), stretches.getFirst().bytes());
        assertEquals(facts.memory().peakTime(), stretches.getFirst().start());
      }
      for (Peaks.Stretch stretch : stretches) {
        assertTrue(live(facts, stretch.start() - 1) < stretch.bytes());
        assertTrue(live(facts, stretch.end()) < stretch.bytes());
        assertEquals(stretch.bytes(), live(facts, stretch.start()));
        assertEquals(stretch.bytes(), live(facts, stretch.end() - 1));
      }
    }
  }

  private static long live(PlanFacts facts, int time) {
    return time < 0 || time >= facts.steps().size() ? -1 : facts.steps().get(time).liveBytes();
  }

  @Test
  void aGapIsExplainedByWhatReachesTheTop() {
    int gaps = 0;
    for (int seed = 0; seed < PROGRAMS; seed++) {
      // Nothing shares a byte: there is always a gap.
      PlanFacts facts =
          PlanFacts.of(
              MemoryPlanner.unplanned(
                  new Fuse(Target.GOLDEN, CATALOG).run(RandomPrograms.of(seed, 20))));
      ArenaGap gap = ArenaGap.of(facts);
      assertEquals(gap.bytes() == 0, gap.tops().isEmpty());
      for (ArenaGap.Top top : gap.tops()) {
        gaps++;
        assertEquals(facts.memory().arenaBytes() - top.liveBytes(), top.freeBytes());
        assertEquals(freeBelow(facts, top.buffer()), top.largestPiece(), "seed " + seed);
      }
    }
    assertTrue(gaps > PROGRAMS / 2, "only " + gaps + " gaps");
  }

  /** Finds the largest free piece below a buffer block by block. */
  private static long freeBelow(PlanFacts facts, BufferFacts buffer) {
    var taken = new boolean[Math.toIntExact(buffer.offset() / Buffer.ALIGNMENT)];
    for (BufferFacts other : facts.buffers()) {
      for (Extent lines : other.lines()) {
        if (lines.start() < buffer.end() && buffer.start() < lines.end()) {
          long end = Math.min(other.offset() + lines.to(), buffer.offset());
          for (long at = other.offset() + lines.from(); at < end; at += Buffer.ALIGNMENT) {
            taken[Math.toIntExact(at / Buffer.ALIGNMENT)] = true;
          }
        }
      }
    }
    int largest = 0;
    int run = 0;
    for (boolean block : taken) {
      run = block ? 0 : run + 1;
      largest = Math.max(largest, run);
    }
    return (long) largest * Buffer.ALIGNMENT;
  }
}
