package dev.miser.compiler.packing;

import dev.miser.frontend.Source;
import dev.miser.frontend.SourceFile;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.passes.memory.packing.Packing;
import dev.miser.passes.memory.packing.Problem;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Buffers as a CSV file lists them: columns {@code id}, {@code lower}, {@code upper} and {@code
 * size}, in any order, and perhaps {@code alignment}, {@code pinned} (the offset it must have) and
 * {@code offset} (where it lies). A buffer is alive from {@code lower} until before {@code upper};
 * one that is alive several times has a row for each, with the same id and size. An empty field of
 * the last three columns is as if there were no such column.
 *
 * @param given where the file says that the buffers lie, or null if it does not say so for each
 */
public record BufferList(Problem problem, @Nullable Packing given) {
  /** No number of a file is above this: the largest that JSON and floating point hold exactly. */
  public static final long MOST = 1L << 53;

  /**
   * What came of reading: a list, or the errors that kept it from being one.
   *
   * @param list null exactly if there are diagnostics
   */
  public record Read(Source source, @Nullable BufferList list, List<Diagnostic> diagnostics) {
    public Read {
      diagnostics = List.copyOf(diagnostics);
    }
  }

  /** Reads a file. */
  public static Read read(Path file) {
    SourceFile read = SourceFile.read(file);
    Diagnostic problem = read.problem();
    return problem == null ? read(read.source()) : new Read(read.source(), null, List.of(problem));
  }

  /** Reads a text. */
  public static Read read(Source source) {
    return new BufferListReader(source).read();
  }
}
