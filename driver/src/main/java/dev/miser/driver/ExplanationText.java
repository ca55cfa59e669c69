package dev.miser.driver;

import dev.miser.compiler.ByteSize;
import dev.miser.ir.op.Names;
import dev.miser.passes.memory.report.ArenaGap;
import dev.miser.passes.memory.report.BudgetGap;
import dev.miser.passes.memory.report.BufferFacts;
import dev.miser.passes.memory.report.LiveTensor;
import dev.miser.passes.memory.report.PeakExplanation;
import dev.miser.passes.memory.report.Peaks;
import dev.miser.passes.memory.report.PlanFacts;
import dev.miser.passes.memory.report.StepFacts;
import dev.miser.passes.memory.report.WhatIf;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** An explanation in words. */
final class ExplanationText {
  private static final int STEPS_NAMED = 12;
  private static final int PEAKS_NAMED = 3;
  private static final int OPERATIONS_NAMED = 3;

  private final PlanFacts facts;
  private final StringBuilder out = new StringBuilder();

  ExplanationText(PlanFacts facts) {
    this.facts = facts;
  }

  void peak(PeakExplanation explanation) {
    if (explanation.peak().time() < 0) {
      line("@" + facts.program() + " has no steps: its arena holds what it returns");
      return;
    }
    line(
        "the peak of @"
            + Names.spelling(facts.program())
            + " is "
            + ByteSize.exact(explanation.peak().bytes())
            + " at "
            + step(explanation.peak().time()));
    List<Integer> others = explanation.times().subList(1, explanation.times().size());
    if (!others.isEmpty()) {
      line("as many bytes are alive at " + names(others));
    }
    explanation.peaks().stretches().stream()
        .filter(peak -> peak.end() > facts.initEnd())
        .findFirst()
        .filter(peak -> explanation.peak().time() < facts.initEnd())
        .filter(peak -> peak.bytes() < explanation.peak().bytes())
        .ifPresent(peak ->
            line(
                "after init at most "
                    + ByteSize.exact(peak.bytes())
                    + " are alive, at "
                    + step(Math.max(peak.start(), facts.initEnd()))));
  }

  void tensors(PeakExplanation explanation, int top) {
    List<LiveTensor> tensors = explanation.tensors();
    if (tensors.isEmpty()) {
      return;
    }
    line("");
    line("alive there, largest first:");
    tensors.stream().limit(top).forEach(this::tensor);
    if (tensors.size() > top) {
      long rest = tensors.stream().skip(top).mapToLong(LiveTensor::aliveBytes).sum();
      line("  and " + (tensors.size() - top) + " more with " + ByteSize.exact(rest) + " in all");
    }
  }

  void tensor(LiveTensor live) {
    BufferFacts buffer = live.buffer();
    line(
        "  "
            + Names.reference(buffer.name())
            + ": "
            + ByteSize.exact(buffer.bytes())
            + ", "
            + buffer.kind().name().toLowerCase(Locale.ROOT)
            + ", "
            + origin(buffer));
    List<String> inside =
        buffer.members().stream()
            .map(BufferFacts.Member::name)
            .filter(name -> !name.equals(buffer.name()))
            .map(Names::reference)
            .toList();
    if (!inside.isEmpty()) {
      line("    holds also " + list(inside));
    }
    String whole = buffer.stripOf();
    if (whole != null) {
      line("    is one strip of " + Names.reference(whole));
    }
    if (!buffer.overwrites().isEmpty()) {
      line("    takes over bytes of " + references(buffer.overwrites()));
    }
    if (!buffer.overwrittenBy().isEmpty()) {
      line("    its bytes are taken over by " + references(buffer.overwrittenBy()));
    }
    String alive =
        live.aliveBytes() == buffer.alignedBytes()
            ? ""
            : ", " + ByteSize.exact(live.aliveBytes()) + " of it alive";
    line("    at " + facts.steps().get(live.time()).name() + " " + reason(live) + alive);
    line("    " + saving(live));
    LiveTensor.Again again = live.again();
    if (again != null) {
      line(
          "      making it again later takes "
              + count(again.flops(), "operation")
              + (again.missing().isEmpty()
                  ? "; all it needs is there"
                  : "; it needs " + references(again.missing()) + ", gone by then"));
    }
    LiveTensor.Store store = live.store();
    if (store != null) {
      line(
          "      keeping it in a file meanwhile moves "
              + (store.bytesOut() == 0 ? "" : ByteSize.text(store.bytesOut()) + " out and ")
              + ByteSize.text(store.bytesIn())
              + " in");
    }
  }

  /** Says what holds the peak up in general. */
  void forces(PeakExplanation explanation) {
    List<Peaks.Stretch> peaks = explanation.peaks().stretches();
    if (peaks.size() > 1) {
      line("");
      line("the next peaks:");
      for (Peaks.Stretch peak : peaks.stream().skip(1).limit(PEAKS_NAMED).toList()) {
        line("  " + ByteSize.exact(peak.bytes()) + " at " + step(peak.start()));
      }
    }
    if (explanation.peaks().floorTime() >= 0) {
      line("");
      line(
          "no ending of idle tensors brings the peak below "
              + ByteSize.exact(explanation.peaks().floorBytes())
              + ": what "
              + step(explanation.peaks().floorTime())
              + " reads and writes");
    }
  }

  /** Says why the arena is larger than the load bound, if it is. */
  void arena(ArenaGap gap) {
    line("");
    long arena = facts.memory().arenaBytes();
    if (gap.bytes() == 0) {
      line("the arena of " + ByteSize.exact(arena) + " equals the load bound");
      return;
    }
    line(
        "the arena of "
            + ByteSize.exact(arena)
            + " is "
            + ByteSize.exact(gap.bytes())
            + " above the load bound"
            + (gap.unavoidableBytes() > 0
                ? ", of which any layout needs " + ByteSize.exact(gap.unavoidableBytes())
                : "; no proof says that it has to be"));
    for (ArenaGap.Top top : gap.tops()) {
      line(
          "  "
              + Names.reference(top.buffer().name())
              + ", "
              + ByteSize.exact(top.buffer().bytes())
              + ", reaches the top: the largest piece free during all of its life is "
              + ByteSize.exact(top.largestPiece())
              + "; at "
              + facts.steps().get(top.time()).name()
              + " "
              + ByteSize.exact(top.freeBytes())
              + " are free in "
              + count(top.pieces(), "piece"));
    }
  }

  /** Says what stands between the plan and a budget. */
  void budget(BudgetGap gap, int top) {
    line("");
    if (gap.over().isEmpty()) {
      line("every step holds at most the budget of " + ByteSize.exact(gap.budgetBytes()));
      return;
    }
    int steps = gap.over().stream().mapToInt(stretch -> stretch.end() - stretch.start()).sum();
    line(
        "the budget of "
            + ByteSize.exact(gap.budgetBytes())
            + " is exceeded at "
            + count(steps, "step")
            + ":");
    for (Peaks.Stretch stretch : gap.over().stream().limit(top).toList()) {
      line(
          "  "
              + ByteSize.exact(stretch.bytes())
              + " within "
              + count(stretch.end() - stretch.start(), "step")
              + " from "
              + step(stretch.start()));
    }
    if (gap.over().size() > top) {
      line("  and " + count(gap.over().size() - top, "more stretch"));
    }
    line(gap.fits() ? "ending these would bring it below:" : "ending these would not suffice:");
    for (BudgetGap.Ending ending : gap.endings().stream().limit(top).toList()) {
      WhatIf.Peak peak = ending.peak();
      line(
          "  "
              + Names.reference(ending.buffer().name())
              + ", "
              + ByteSize.exact(ending.buffer().bytes())
              + ": then "
              + ByteSize.exact(peak.bytes())
              + " at "
              + facts.steps().get(peak.time()).name());
    }
    if (gap.endings().size() > top) {
      line("  and " + (gap.endings().size() - top) + " more");
    }
  }

  @Override
  public String toString() {
    return out.toString();
  }

  private String origin(BufferFacts buffer) {
    return switch (buffer.kind()) {
      case INPUT -> "given to each step";
      case PARAMETER -> "as the file holds it";
      case STATE -> "kept between steps";
      case WORKSPACE -> "scratch of " + names(buffer.writes());
      case PERSISTENT -> "made by init" + from(buffer);
      case OUTPUT, TRANSIENT -> "made by " + names(buffer.writes());
    };
  }

  /** Says what init made a buffer from. */
  private String from(BufferFacts buffer) {
    List<Integer> sources =
        buffer.writes().stream()
            .flatMap(time -> facts.steps().get(time).reads().stream())
            .distinct()
            .toList();
    return sources.isEmpty() ? "" : " from " + references(sources);
  }

  private String reason(LiveTensor live) {
    BufferFacts buffer = live.buffer();
    String later = live.laterReads().isEmpty() ? "" : ", still read by " + names(live.laterReads());
    String now =
        buffer.writes().contains(live.time())
            ? "the kernel writes it"
            : buffer.reads().contains(live.time()) ? "the kernel reads it" : "";
    return switch (live.reason()) {
      case SCRATCH -> "the kernel works in it";
      case STATE -> "state stays" + (now.isEmpty() ? "" : ", " + now) + later;
      case PARAMETER, PACKED ->
          "it stays for all steps"
              + (now.isEmpty() ? "" : ", " + now)
              + (later.isEmpty() && now.isEmpty() ? ", not read any more" : later);
      case TOUCHED -> now + (later.isEmpty() ? fate(buffer, live.time()) : later);
      case READ_LATER -> "it waits" + later;
      case RETURNED -> "it waits to be returned";
      case HELD -> "it waits to be written";
    };
  }

  /** Says what becomes of a buffer that no later kernel reads. */
  private static String fate(BufferFacts buffer, int time) {
    return switch (buffer.fate()) {
      case RETURNED -> ", to be returned";
      case NEXT_STATE -> ", the next state";
      case DROPPED ->
          !buffer.reads().contains(time)
                  || (!buffer.writes().isEmpty() && buffer.writes().getLast() > time)
              ? ""
              : ", for the last time"
                  + (buffer.overwrittenBy().isEmpty() ? "; nothing takes over its bytes" : "");
    };
  }

  private String saving(LiveTensor live) {
    if (live.savedBytes() == 0 && live.buffer().isTouched(live.time())) {
      return "ending it saves nothing: " + facts.steps().get(live.time()).name() + " touches it";
    }
    WhatIf.Peak left = live.peakWithout();
    if (live.savedBytes() == 0) {
      return "ending it saves nothing: as many bytes are alive at " + step(left.time());
    }
    return "ending it saves "
        + ByteSize.exact(live.savedBytes())
        + ": the peak would be "
        + ByteSize.exact(left.bytes())
        + " at "
        + step(left.time());
  }

  /** Returns a step as {@code %r (dot, relu)}, and whether it belongs to init. */
  private String step(int time) {
    StepFacts step = facts.steps().get(time);
    List<String> operations = step.operations();
    return (step.init() ? "init " : "")
        + step.name()
        + " ("
        + operations.stream().limit(OPERATIONS_NAMED).collect(Collectors.joining(", "))
        + (operations.size() > OPERATIONS_NAMED ? ", ..." : "")
        + ")";
  }

  private String names(List<Integer> times) {
    return list(times.stream().map(time -> facts.steps().get(time).name()).toList());
  }

  private String references(List<Integer> numbers) {
    return list(numbers.stream().map(n -> Names.reference(facts.buffers().get(n).name())).toList());
  }

  private static String list(List<String> words) {
    if (words.size() <= STEPS_NAMED) {
      return String.join(", ", words);
    }
    var shown = new ArrayList<>(words.subList(0, STEPS_NAMED));
    shown.add("and " + (words.size() - STEPS_NAMED) + " more");
    return String.join(", ", shown);
  }

  private static String count(long number, String what) {
    String plural = what.endsWith("ch") ? what + "es" : what + "s";
    return number + " " + (number == 1 ? what : plural);
  }

  private void line(String text) {
    out.append(text).append('\n');
  }
}
