package dev.miser.compiler.ordering;

import dev.miser.frontend.Source;
import dev.miser.frontend.SourceFile;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.passes.memory.ordering.OrderGraph;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A graph of values as a CSV file lists it: columns {@code id}, {@code size} and {@code preds}, in
 * any order. A node makes a value of {@code size} bytes, which lives until its last reader has run,
 * or to the end if it has none; {@code preds} are the nodes whose values it reads, separated by
 * semicolons.
 *
 * @param ids the nodes' names, in the file's order
 * @param own the file's order, or, where a node stands before one that it reads, the order nearest
 *     to it that is possible
 */
public record NodeList(List<String> ids, OrderGraph graph, List<Integer> own) {
  public NodeList {
    ids = List.copyOf(ids);
    own = List.copyOf(own);
  }

  /**
   * What came of reading: a list, or the errors that kept it from being one.
   *
   * @param list null exactly if there are diagnostics
   */
  public record Read(Source source, @Nullable NodeList list, List<Diagnostic> diagnostics) {
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
    return new NodeListReader(source).read();
  }
}
