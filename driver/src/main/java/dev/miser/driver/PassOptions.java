package dev.miser.driver;

import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.diag.Place;
import dev.miser.ir.diag.Spelling;
import dev.miser.passes.Passes;
import dev.miser.passes.RunOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The options of {@code miser opt} that say how passes are run. */
@Command
final class PassOptions {
  @Option(
      names = "--print-after",
      split = ",",
      paramLabel = "PASS",
      description = "Show the program after these passes, or after 'all', on stderr.")
  List<String> printAfter = List.of();

  @Option(
      names = "--print-after-change",
      description = "Show the program after each pass that changed it.")
  boolean printAfterChange;

  @Option(
      names = "--no-verify-each",
      description = "Do not verify the program after each pass that changed it.")
  boolean noVerifyEach;

  @Option(names = "--stop-after", paramLabel = "PASS", description = "Run no pass after this one.")
  String stopAfter = "";

  @Option(names = "--disable", split = ",", paramLabel = "PASS", description = "Leave passes out.")
  List<String> disable = List.of();

  /** Returns what was asked for; every unknown pass is reported. */
  RunOptions toRunOptions() {
    var unknown = new ArrayList<Diagnostic>();
    List<String> known = Passes.names();
    var named = new ArrayList<>(printAfter);
    named.remove("all");
    named.addAll(disable);
    if (!stopAfter.isEmpty()) {
      named.add(stopAfter);
    }
    for (String name : named) {
      if (!known.contains(name)) {
        String suggestion = Spelling.suggestion(name, known);
        unknown.add(Diagnostic.error(Code.PASS_UNKNOWN, Place.NONE, name, suggestion));
      }
    }
    if (!unknown.isEmpty()) {
      throw new DiagnosticException(unknown);
    }
    RunOptions options =
        RunOptions.DEFAULT
            .withPrintAfter(Set.copyOf(printAfter))
            .withStopAfter(stopAfter)
            .withDisable(Set.copyOf(disable));
    if (printAfterChange) {
      options = options.withPrintAfterChange();
    }
    return noVerifyEach ? options.withoutVerifyEach() : options;
  }
}
