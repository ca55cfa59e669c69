package dev.miser.driver;

import dev.miser.compiler.Compilation;
import dev.miser.compiler.Dumps;
import dev.miser.compiler.Host;
import dev.miser.compiler.Model;
import dev.miser.compiler.Options;
import dev.miser.compiler.Progress;
import dev.miser.compiler.Weights;
import dev.miser.frontend.Program;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code miser export}: writes a function with its weights as an ONNX model. */
@Command(name = "export", description = "Write a function with its weights as an ONNX model.")
final class ExportCommand implements Callable<Integer> {
  @Mixin ModelOptions input;
  @Mixin Console console;

  @Parameters(paramLabel = "FILE", description = "A program text, or an ONNX model.")
  Path file;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = {
        "The model. Weights of more than 1 GiB lie beside it,",
        "in a file whose name has .data behind."
      })
  Path output;

  @Option(
      names = "--weights",
      paramLabel = "FILE",
      description =
          "Read parameters from a safetensors file, not from initialisers or the ONNX model.")
  @Nullable Path weights;

  @Option(names = "--seed", paramLabel = "N", description = "Seed of initialisers.")
  long seed;

  /** Made by picocli. */
  ExportCommand() {}

  @Override
  public Integer call() {
    input.requireModelAmong(List.of(file));
    Model model = input.read(file, Progress.SILENT);
    if (!(model.program() instanceof Program.OfFunction)) {
      throw Failures.badUsage(file + " holds no function: schedules and plans are not exported");
    }
    Options options = Options.of(Host.target()).withSeed(seed);
    if (weights != null) {
      options = options.withWeights(new Weights.OfFile(weights));
    }
    new Compilation(model.program(), model.applyTo(options), Progress.SILENT, Dumps.NONE)
        .export(output);
    return Main.GOOD;
  }
}
