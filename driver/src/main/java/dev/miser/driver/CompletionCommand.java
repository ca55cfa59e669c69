package dev.miser.driver;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code miser completion}: a script that teaches bash or zsh to complete the command. */
@Command(
    name = "completion",
    description = "Print a completion script: source <(miser completion).")
final class CompletionCommand implements Callable<Integer> {
  @Mixin Console console;

  @Override
  public Integer call() {
    var miser = console.command.root().commandLine();
    console.out().print(AutoComplete.bash("miser", miser));
    return Main.GOOD;
  }
}
