package dev.miser.driver;

import dev.miser.frontend.Diagnostics;
import dev.miser.frontend.Source;
import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.diag.Place;
import dev.miser.ir.diag.Severity;
import dev.miser.ir.diag.Spelling;
import dev.miser.passes.PassFailure;
import dev.miser.runtime.IndexFailure;
import dev.miser.runtime.StepFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What the user sees when a command fails, and the exit code that goes with it. */
final class Failures {
  private Failures() {}

  /** The command line itself is wrong. */
  static int usage(ParameterException problem) {
    var command = problem.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    PrintWriter err = command.getErr();
    err.println(name + ": " + problem.getMessage() + suggestion(problem));
    err.println("'" + name + " --help' lists what it takes.");
    return Main.BAD_INPUT;
  }

  private static String suggestion(ParameterException problem) {
    if (!(problem instanceof UnmatchedArgumentException unmatched)
        || unmatched.getUnmatched().isEmpty()) {
      return "";
    }
    String found = unmatched.getUnmatched().getFirst().replaceFirst("=.*", "");
    var spec = problem.getCommandLine().getCommandSpec();
    return Spelling.suggestion(
        found,
        found.startsWith("-")
            ? spec.optionsMap().keySet()
            : problem.getCommandLine().getSubcommands().keySet());
  }

  /** The input was refused: every diagnostic is shown. */
  static int refused(DiagnosticException refused, Console console) {
    show(new Source("", ""), refused.diagnostics(), console);
    return Main.BAD_INPUT;
  }

  /** The text of a file was refused. */
  static int refused(BadText refused, Console console) {
    show(refused.source(), refused.diagnostics(), console);
    return Main.BAD_INPUT;
  }

  private static void show(Source source, List<Diagnostic> diagnostics, Console console) {
    console.err().print(Diagnostics.render(diagnostics, source, style(console)));
  }

  private static Diagnostics.Style style(Console console) {
    return console.errHasColour() ? Diagnostics.Style.COLOR : Diagnostics.Style.PLAIN;
  }

  /** Returns the refusal of an argument that only a look at the program shows to be wrong. */
  static DiagnosticException badUsage(String message) {
    return new DiagnosticException(Diagnostic.error(Code.USAGE, Place.NONE, message));
  }

  /** Returns whether a step failed for what its inputs hold, not for a bug. */
  static boolean isOfInput(StepFailure failure) {
    return failure.getCause() instanceof IndexFailure
        || failure.getCause() instanceof ArithmeticException;
  }

  /** Returns the failure of a step as the refusal of its inputs. */
  static DiagnosticException diagnosed(StepFailure failure) {
    Code code =
        failure.getCause() instanceof IndexFailure ? Code.RUN_INDEX : Code.RUN_DIVIDE_BY_ZERO;
    String message = String.valueOf(failure.getMessage());
    return new DiagnosticException(
        new Diagnostic(Severity.ERROR, code, Place.NONE, message, List.of()));
  }

  /** The heap was too small for the work, which Java's options decide. */
  static int outOfMemory(OutOfMemoryError full, PrintWriter err) {
    err.println("miser: Java ran out of memory: " + full.getMessage());
    err.println(
        "The heap may take "
            + (Runtime.getRuntime().maxMemory() >> 20)
            + " MiB; MISER_JAVA_OPTS=-Xmx... gives it more.");
    return Main.BAD_INPUT;
  }

  /** Something that must not happen did: the details go to a file. */
  static int bug(Throwable bug, List<String> arguments, PrintWriter err) {
    err.println("miser: a bug of Miser: " + firstLine(bug));
    try {
      Path report = Files.createTempFile("miser-bug-", ".txt");
      try (var out = new PrintWriter(Files.newBufferedWriter(report, StandardCharsets.UTF_8))) {
        out.println("miser " + String.join(" ", arguments));
        for (String line : new Version().getVersion()) {
          out.println(line);
        }
        bug.printStackTrace(out);
      }
      if (bug instanceof PassFailure failure && failure.reproducer() != null) {
        err.println("To see it again: miser opt " + failure.reproducer());
      }
      err.println("Please report it, with " + report);
    } catch (IOException unwritable) {
      err.println("(no report could be written: " + unwritable + ")");
      bug.printStackTrace(err);
    }
    return Main.OUR_BUG;
  }

  private static String firstLine(Throwable bug) {
    return bug.toString().lines().findFirst().orElse(bug.getClass().getName());
  }
}
