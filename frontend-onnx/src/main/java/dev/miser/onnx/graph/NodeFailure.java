package dev.miser.onnx.graph;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why one node or tensor of a file has no meaning as a program; the importer adds which, goes on
 * with what does not depend on it, and reports all of them together.
 */
public final class NodeFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Takes a format and its arguments, as {@link String#format} does. */
  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a library for one word
  public NodeFailure(String format, @Nullable Object... arguments) {
    super(String.format(Locale.ROOT, format, arguments), null, false, false);
  }

  /** Returns what was found and what was expected. */
  public String text() {
    return String.valueOf(getMessage());
  }
}
