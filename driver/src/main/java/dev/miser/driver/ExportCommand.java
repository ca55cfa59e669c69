package dev.miser.driver;

import dev.miser.compiler.Compilation;
import dev.miser.compiler.Dumps;
import dev.miser.compiler.Host;
import dev.miser.compiler.Options;
import dev.miser.compiler.Progress;
import dev.miser.frontend.Parsed;
import dev.miser.frontend.Parser;
import dev.miser.frontend.Program;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code miser export}: writes a function with its weights as an ONNX model. */
@Command(name = "export", description = "Write a function with its weights as an ONNX model.")
final class ExportCommand implements Callable<Integer> {
  @Mixin Console console;

  @Parameters(paramLabel = "FILE", description = "A program text.")
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
      description = "Read parameters from a safetensors file instead of initialising them.")
  @Nullable Path weights;

  @Option(names = "--seed", paramLabel = "N", description = "Seed of initialisers.")
  long seed;

  /** Made by picocli. */
  ExportCommand() {}

  @Override
  public Integer call() {
    Parsed parsed = Parser.parse(file);
    Program program = parsed.program();
    if (program == null) {
      throw new BadText(parsed);
    }
    if (!(program instanceof Program.OfFunction)) {
      throw Failures.badUsage(file + " holds no function: schedules and plans are not exported");
    }
    Options options = Options.of(Host.target()).withSeed(seed);
    new Compilation(
            program,
            weights == null ? options : options.withWeights(weights),
            Progress.SILENT,
            Dumps.NONE)
        .export(output);
    return Main.GOOD;
  }
}
