package dev.miser.passes;

import java.nio.file.Path;
import java.util.Set;

/**
 * How a runner runs passes; names are of passes.
 *
 * @param verifyEach whether each changed program is verified and compared with the one before
 * @param printAfter passes after which the program is shown; {@code all} means each
 * @param printAfterChange whether the program is shown after each pass that changed it
 * @param stopAfter the pass after which the pipeline ends; empty for none
 * @param disable passes that are left out
 * @param reproducerFolder where the file goes from which a failure can be run again
 */
public record RunOptions(
    boolean verifyEach,
    Set<String> printAfter,
    boolean printAfterChange,
    String stopAfter,
    Set<String> disable,
    Path reproducerFolder) {
  public static final RunOptions DEFAULT =
      new RunOptions(
          true, Set.of(), false, "", Set.of(), Path.of(System.getProperty("java.io.tmpdir", ".")));

  public RunOptions {
    printAfter = Set.copyOf(printAfter);
    disable = Set.copyOf(disable);
  }

  public RunOptions withReproducerFolder(Path folder) {
    return new RunOptions(verifyEach, printAfter, printAfterChange, stopAfter, disable, folder);
  }

  public RunOptions withPrintAfter(Set<String> passes) {
    return new RunOptions(
        verifyEach, passes, printAfterChange, stopAfter, disable, reproducerFolder);
  }

  public RunOptions withPrintAfterChange() {
    return new RunOptions(verifyEach, printAfter, true, stopAfter, disable, reproducerFolder);
  }

  public RunOptions withoutVerifyEach() {
    return new RunOptions(
        false, printAfter, printAfterChange, stopAfter, disable, reproducerFolder);
  }

  public RunOptions withStopAfter(String pass) {
    return new RunOptions(
        verifyEach, printAfter, printAfterChange, pass, disable, reproducerFolder);
  }

  public RunOptions withDisable(Set<String> passes) {
    return new RunOptions(
        verifyEach, printAfter, printAfterChange, stopAfter, passes, reproducerFolder);
  }

  boolean prints(String pass, boolean changed) {
    return printAfter.contains(pass) || printAfter.contains("all") || (printAfterChange && changed);
  }
}
