package dev.miser.driver;

import dev.miser.compiler.Compilation;
import dev.miser.compiler.Dumps;
import dev.miser.compiler.Options;
import dev.miser.ir.diag.Spelling;
import dev.miser.passes.memory.report.BudgetGap;
import dev.miser.passes.memory.report.BufferFacts;
import dev.miser.passes.memory.report.LiveTensor;
import dev.miser.passes.memory.report.PeakExplanation;
import dev.miser.passes.memory.report.PlanFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code miser explain}: says why a program needs the memory it needs. */
@Command(
    name = "explain",
    description = "Say why the peak is as high as it is, and what would lower it.",
    footer = {
      "",
      "A tensor is ended where it gives its bytes back at all steps that do not touch it. What that",
      "saves is found by trying: the bytes alive at every step are summed again without it.",
      "With --budget a program that does not fit is explained, not refused."
    })
final class ExplainCommand implements Callable<Integer> {
  @Mixin ProgramInput input;

  @Option(
      names = "--top",
      paramLabel = "N",
      description = "How many tensors of the peak to explain. Default: 10")
  int top = 10;

  @Option(
      names = "--tensor",
      paramLabel = "%NAME",
      description = "Explain this tensor, wherever it lives.")
  @Nullable String tensor;

  @Option(names = "--json", description = "Print everything as JSON.")
  boolean json;

  @Override
  public Integer call() {
    if (top < 0) {
      throw Failures.badUsage("--top is " + top + ", expected at least 0");
    }
    var times = input.times();
    var compilation =
        new Compilation(input.read(times).program(), input.options(), times, Dumps.NONE);
    PlanFacts facts = PlanFacts.of(compilation.bestPlan());
    Long budget = input.budget;
    BudgetGap gap = budget == null || budget == Options.LEAST ? null : BudgetGap.of(facts, budget);
    LiveTensor one = tensor == null ? null : PeakExplanation.of(facts, find(facts, tensor));
    PeakExplanation explanation = PeakExplanation.of(facts);
    if (json) {
      var document = ExplanationJson.of(facts, explanation, one, gap);
      input.console.out().println(Json.PRETTY.toJson(document));
      return Main.GOOD;
    }
    var text = new ExplanationText(facts);
    if (one == null) {
      text.peak(explanation);
      text.tensors(explanation, top);
    } else {
      text.tensor(one);
    }
    text.forces(explanation);
    text.arena(explanation.gap());
    if (gap != null) {
      text.budget(gap, top);
    }
    input.console.out().print(text);
    return Main.GOOD;
  }

  private static BufferFacts find(PlanFacts facts, String given) {
    String name = given.startsWith("%") ? given.substring(1) : given;
    BufferFacts found = facts.holderOf(name);
    if (found == null) {
      List<String> known = new ArrayList<>();
      for (BufferFacts buffer : facts.buffers()) {
        known.add(buffer.name());
        buffer.members().forEach(member -> known.add(member.name()));
      }
      throw Failures.badUsage(
          "--tensor: the plan keeps no %"
              + name
              + " in memory"
              + Spelling.suggestion(name, known)
              + "; values inside a kernel need none");
    }
    return found;
  }
}
