package dev.miser.onnx;

import dev.miser.frontend.weights.Elements;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * What the importer is told beside the file.
 *
 * @param shapes the sizes of an input by its name, -1 for a size that the model says itself; or the
 *     size of a symbolic dimension by its name, as a list of one
 * @param values the elements of inputs that are fixed at import, by name; numbers take the input's
 *     element type
 */
public record ImportOptions(
    SequencedMap<String, List<Long>> shapes, SequencedMap<String, ? extends Elements> values) {
  /** Nothing but what the file says. */
  public static final ImportOptions NONE =
      new ImportOptions(new LinkedHashMap<>(), new LinkedHashMap<>());

  public ImportOptions {
    shapes = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(shapes));
    values = Collections.unmodifiableSequencedMap(new LinkedHashMap<String, Elements>(values));
  }
}
