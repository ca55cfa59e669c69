package dev.miser.driver;

import dev.miser.compiler.ByteSize;
import dev.miser.compiler.Compilation;
import dev.miser.compiler.Dumps;
import dev.miser.compiler.Executable;
import dev.miser.compiler.MemoryLimit;
import dev.miser.compiler.MemoryNeed;
import dev.miser.compiler.Model;
import dev.miser.compiler.Options;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code miser emit}: writes a program as a Java project of its own. */
@Command(name = "emit", description = "Write a program as a Java project that needs no Miser.")
final class EmitCommand implements Callable<Integer> {
  @Mixin ProgramInput input;
  @Mixin RunOptions options;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FOLDER",
      required = true,
      description = "A folder that does not exist yet, or is empty.")
  Path output;

  @Option(names = "--force", description = "Replace the folder, whatever it holds.")
  boolean force;

  /** Made by picocli. */
  EmitCommand() {}

  @Override
  public Integer call() {
    var times = input.times();
    Model model = input.read(times);
    Options compile = model.applyTo(options.applyTo(input.options()));
    var compilation = new Compilation(model.program(), compile, times, Dumps.NONE);
    MemoryNeed need = MemoryNeed.of(compilation.plan());
    need.require(MemoryLimit.ofThisProcess());
    Executable executable = compilation.executable();
    executable.emit(output, force ? Executable.Existing.REPLACE : Executable.Existing.REFUSE);
    input
        .console
        .err()
        .println(
            "wrote "
                + output
                + ": arena "
                + ByteSize.text(need.arenaBytes())
                + "; 'sh "
                + output.resolve("run.sh")
                + "' compiles and runs it");
    return Main.GOOD;
  }
}
