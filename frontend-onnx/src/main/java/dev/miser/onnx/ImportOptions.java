package dev.miser.onnx;

import dev.miser.frontend.weights.Elements;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * What the importer is told beside the file.
 *
 * @param shapes sizes of an input by its name, -1 for one that stays as the model says; or the one
 *     size of a symbolic dimension by the dimension's name
 * @param values inputs whose elements are fixed at import
 */
public record ImportOptions(
    SequencedMap<String, List<Long>> shapes, SequencedMap<String, Elements> values) {
  public static final ImportOptions NONE =
      new ImportOptions(new LinkedHashMap<>(), new LinkedHashMap<>());

  public ImportOptions {
    var copy = new LinkedHashMap<String, List<Long>>();
    shapes.forEach((name, sizes) -> copy.put(name, List.copyOf(sizes)));
    shapes = Collections.unmodifiableSequencedMap(copy);
    values = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(values));
  }
}
