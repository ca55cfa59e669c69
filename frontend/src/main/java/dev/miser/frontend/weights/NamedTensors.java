package dev.miser.frontend.weights;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * Tensors by name, wherever they lie.
 *
 * @param tensors by name, in the order of their origin
 * @param description what messages call their origin, such as a file
 * @param identity a text that two share exactly if all their bytes are the same: what caches ask
 */
public record NamedTensors(
    SequencedMap<String, Tensor> tensors, String description, String identity) {
  public NamedTensors {
    tensors = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(tensors));
  }
}
