package dev.miser.driver;

import dev.miser.passes.Pass;
import dev.miser.passes.PassText;
import dev.miser.passes.Passes;
import dev.miser.passes.Pipelines;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code miser passes}: the passes that pipeline text can name. */
@Command(name = "passes", description = "List the passes and their options.")
final class PassesCommand implements Callable<Integer> {
  @Mixin Console console;

  @Override
  public Integer call() {
    print("function", Passes.FUNCTION);
    print("schedule", Passes.SCHEDULE);
    for (Pipelines.Named<?> named : Pipelines.all()) {
      console.out().println("pipeline " + named.name());
      var table = new Table("  ");
      named.lines().forEach(line -> table.row(PassText.text(line.pass()), line.reason()));
      console.out().print(table);
    }
    return Main.GOOD;
  }

  private void print(String form, List<? extends Pass<?>> passes) {
    if (passes.isEmpty()) {
      return;
    }
    console.out().println(form);
    var table = new Table("  ");
    for (Pass<?> pass : passes) {
      table.row(PassText.text(pass));
      for (PassText.Option option : PassText.options(pass)) {
        table.row("  " + option.name() + ": " + option.expected());
      }
    }
    console.out().print(table);
  }
}
