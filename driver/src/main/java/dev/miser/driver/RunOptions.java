package dev.miser.driver;

import dev.miser.compiler.Options;
import dev.miser.compiler.Weights;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The options of commands that load weights. */
@Command
final class RunOptions {
  @Option(
      names = "--weights",
      paramLabel = "FILE",
      description =
          "Read parameters from a safetensors file, not from initialisers or the ONNX model.")
  @Nullable Path weights;

  @Option(names = "--seed", paramLabel = "N", description = "Seed of initialisers and inputs.")
  long seed;

  @Option(names = "--no-cache", description = "Compile anew, and keep nothing for the next run.")
  boolean noCache;

  Options applyTo(Options options) {
    Options seeded = options.withSeed(seed);
    Options weighted = weights == null ? seeded : seeded.withWeights(new Weights.OfFile(weights));
    return noCache ? weighted.withCache(Options.CachePolicy.IGNORE) : weighted;
  }
}
