package dev.miser.driver;

import dev.miser.compiler.Compilation;
import dev.miser.compiler.Dumps;
import dev.miser.compiler.Model;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code miser summary}: what a model is, and what it needs. */
@Command(name = "summary", description = "Say what a model is: its tensors, size, work and memory.")
final class SummaryCommand implements Callable<Integer> {
  @Mixin ProgramInput input;

  @Option(names = "--json", description = "Print everything as JSON.")
  boolean json;

  @Option(
      names = "--top",
      paramLabel = "N",
      description = "How many activations to show, and inputs and results. Default: 5")
  int top = 5;

  /** Made by picocli. */
  SummaryCommand() {}

  @Override
  public Integer call() {
    if (top < 0) {
      throw Failures.badUsage("--top is " + top + ", expected at least 0");
    }
    var times = input.times();
    Model model = input.read(times);
    var compilation = new Compilation(model.program(), input.options(), times, Dumps.NONE);
    var summary = ModelSummary.of(model, compilation);
    var out = input.console.out();
    if (json) {
      out.println(Json.PRETTY.toJson(summary));
    } else {
      out.print(new SummaryText(summary, top));
    }
    return Main.GOOD;
  }
}
