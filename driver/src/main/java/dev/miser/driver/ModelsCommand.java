package dev.miser.driver;

import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.diag.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code miser models}: the models that come with Miser, by what their texts say of themselves. */
@Command(name = "models", description = "List the models that come with Miser.")
final class ModelsCommand implements Callable<Integer> {
  @Mixin Console console;

  @Override
  public Integer call() throws IOException {
    Path folder = folder();
    var table = new Table("");
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".mir")).sorted().toList()) {
        List<String> comment = leadingComment(file);
        table.row(relative(file), comment.isEmpty() ? "" : comment.getFirst());
        comment.stream().skip(1).forEach(line -> table.row("", line));
      }
    }
    console.out().print(table);
    return Main.GOOD;
  }

  /** The folder is that of the checkout the launcher started from, or MISER_HOME's, or here. */
  private static Path folder() {
    String home = System.getenv("MISER_HOME");
    for (String root : new String[] {home, System.getProperty("miser.root"), ""}) {
      if (root != null) {
        Path folder = Path.of(root, "test-models", "models").toAbsolutePath();
        if (Files.isDirectory(folder)) {
          return folder;
        }
      }
    }
    throw new DiagnosticException(
        Diagnostic.error(
            Code.FILE_UNREADABLE,
            Place.NONE,
            "test-models/models",
            "no such folder here; MISER_HOME may name a checkout of Miser"));
  }

  private static Path relative(Path file) {
    Path here = Path.of("").toAbsolutePath();
    return file.startsWith(here) ? here.relativize(file) : file;
  }

  private static List<String> leadingComment(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .takeWhile(line -> line.startsWith("//"))
          .map(line -> line.substring(2).strip())
          .filter(line -> !line.isEmpty())
          .toList();
    }
  }
}
