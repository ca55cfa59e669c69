package dev.miser.driver;

import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.DiagnosticException;
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
    err.println(name + ": " + problem.getMessage());
    if (problem instanceof UnmatchedArgumentException unmatched) {
      List<String> suggestions = unmatched.getSuggestions();
      if (!suggestions.isEmpty()) {
        err.println("Did you mean " + String.join(" or ", suggestions) + "?");
      }
    }
    err.println("'" + name + " --help' lists what it takes.");
    return Main.BAD_INPUT;
  }

  /** The input was refused: every diagnostic is shown. */
  static int refused(DiagnosticException refused, Console console) {
    for (Diagnostic diagnostic : refused.diagnostics()) {
      console.err().println(diagnostic);
    }
    return Main.BAD_INPUT;
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
