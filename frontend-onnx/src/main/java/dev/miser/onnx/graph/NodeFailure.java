package dev.miser.onnx.graph;

import java.util.Locale;

/**
 * Why one node or tensor of a file has no meaning as a program; the importer adds which, goes on
 * with what does not depend on it, and reports all of them together.
 */
public final class NodeFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  // The annotation that it asks for is in a library, which this module has no other use for.
  @SuppressWarnings("AnnotateFormatMethod")
  public NodeFailure(String format, Object... arguments) {
    super(String.format(Locale.ROOT, format, arguments), null, false, false);
  }

  /** Returns what was found and what was expected. */
  public String text() {
    return String.valueOf(getMessage());
  }
}
