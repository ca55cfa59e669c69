package dev.miser.driver;

import dev.miser.compiler.AtomicOutput;
import dev.miser.compiler.Compilation;
import dev.miser.compiler.Options;
import dev.miser.frontend.Program;
import dev.miser.onnx.OnnxImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code miser opt}: runs passes and prints the program that comes out. */
@Command(name = "opt", description = "Run passes over a program and print what comes out.")
final class OptCommand implements Callable<Integer> {
  /** The form to print. */
  enum Form {
    FUNCTION,
    SCHEDULE,
    PLAN
  }

  /** How a file says which passes it shows: goldens and reproducers. */
  private static final String RUN_DIRECTIVE = "//# run:";

  @Mixin ProgramInput input;
  @Mixin PassOptions passOptions;

  @Option(
      names = "--to",
      paramLabel = "FORM",
      description = "Print this form: function, schedule or plan. Default: the form of FILE.")
  @Nullable Form to;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write there instead of to stdout.")
  @Nullable Path output;

  @Option(names = "--stats", description = "Say on stderr what each pass counted.")
  boolean stats;

  @Option(names = "--time", description = "Say on stderr how long each pass took.")
  boolean time;

  @Override
  public Integer call() throws IOException {
    var times = input.times();
    Program program = input.read(times).program();
    if (input.pipeline == null && !OnnxImporter.isModel(input.file)) {
      input.pipeline = runDirective(input.file);
    }
    Options options = input.options().withPasses(passOptions.toRunOptions());
    var err = input.console.err();
    var compilation =
        new Compilation(
            program,
            options,
            times,
            (heading, text) -> {
              err.println("// " + heading);
              err.print(text);
            });
    String text = text(compilation, to == null ? formOf(program) : to);
    if (output == null) {
      input.console.out().print(text);
    } else {
      AtomicOutput.file(output, place -> Files.writeString(place, text));
    }
    if (stats) {
      err.print(compilation.report().statistics());
    }
    if (time) {
      err.print(compilation.report().times());
    }
    return Main.GOOD;
  }

  private static Form formOf(Program program) {
    return switch (program) {
      case Program.OfFunction other -> Form.FUNCTION;
      case Program.OfSchedule other -> Form.SCHEDULE;
      case Program.OfPlan other -> Form.PLAN;
    };
  }

  private String text(Compilation compilation, Form form) {
    Form given = formOf(compilation.source());
    if (form.compareTo(given) < 0) {
      throw Failures.badUsage(
          "--to "
              + form.name().toLowerCase(Locale.ROOT)
              + ": the file holds a "
              + given.name().toLowerCase(Locale.ROOT));
    }
    return switch (form) {
      case FUNCTION -> compilation.optimised().toString();
      case SCHEDULE -> compilation.schedule().toString();
      case PLAN -> compilation.plan().toString();
    };
  }

  /** Returns the pipeline that the file's first lines name, or null. */
  private static @Nullable String runDirective(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .takeWhile(line -> line.startsWith("//"))
          .filter(line -> line.startsWith(RUN_DIRECTIVE))
          .map(line -> line.substring(RUN_DIRECTIVE.length()).strip())
          .filter(run -> run.contains("("))
          .findFirst()
          .orElse(null);
    }
  }
}
