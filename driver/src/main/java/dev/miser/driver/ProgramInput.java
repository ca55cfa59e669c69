package dev.miser.driver;

import dev.miser.compiler.Host;
import dev.miser.compiler.Model;
import dev.miser.compiler.Options;
import dev.miser.compiler.PhaseTimes;
import dev.miser.compiler.Progress;
import dev.miser.passes.Pipeline;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The program that a command compiles, and for what. */
@Command
final class ProgramInput {
  @Parameters(paramLabel = "FILE", description = "A program text, or an ONNX model.")
  Path file;

  @Option(
      names = "--passes",
      paramLabel = "PIPELINE",
      description = "The passes to run, such as simplify,dead-code; see 'miser passes'.")
  @Nullable String pipeline;

  @Option(
      names = "--budget",
      paramLabel = "SIZE",
      converter = BudgetConverter.class,
      description =
          "The most bytes the arena may take, such as 64MiB; or least, for as few as can be.")
  @Nullable Long budget;

  @Option(
      names = "--strategy",
      paramLabel = "NAME",
      completionCandidates = StrategyNames.class,
      description = "How to place buffers in the arena; 'miser pack --help' lists the names.")
  @Nullable String strategy;

  @Option(
      names = "--vector-bits",
      paramLabel = "BITS",
      description = "Compile for vectors of this width: 128, 256 or 512.")
  @Nullable Integer vectorBits;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "How many threads serve a step at most.")
  @Nullable Integer threads;

  @Mixin ModelOptions model;
  @Mixin Console console;

  /** Made by picocli. */
  ProgramInput() {}

  /** Reads the program. */
  Model read(Progress progress) {
    model.requireModelAmong(List.of(file));
    return model.read(file, progress);
  }

  /** Returns the options as given, the usual ones for all others. */
  Options options() {
    var options = Options.of(Host.target(checkedVectorBits()));
    if (pipeline != null) {
      options = options.withPipeline(Pipeline.parse(pipeline).orThrow());
    }
    if (budget != null) {
      options = options.withBudget(budget);
    }
    if (strategy != null) {
      options = options.withMemory(options.memory().withStrategy(StrategyNames.find(strategy)));
    }
    if (threads != null) {
      if (threads < 1) {
        throw Failures.badUsage("--threads is " + threads + ", expected at least 1");
      }
      options = options.withThreads(threads);
    }
    return options;
  }

  private int checkedVectorBits() {
    if (vectorBits == null) {
      return Host.vectorBits();
    }
    if (!Host.isVectorWidth(vectorBits)) {
      throw Failures.badUsage("--vector-bits is " + vectorBits + ", expected 128, 256 or 512");
    }
    return vectorBits;
  }

  PhaseTimes times() {
    return new PhaseTimes(
        console.showsProgress() ? new ProgressLine(console.err()) : Progress.SILENT);
  }
}
