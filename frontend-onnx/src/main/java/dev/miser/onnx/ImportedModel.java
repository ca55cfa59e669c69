package dev.miser.onnx;

import dev.miser.frontend.weights.NamedTensors;
import dev.miser.ir.func.Function;

/**
 * A model as a program.
 *
 * @param function what it computes; legal
 * @param weights its parameters, by their names
 * @param origin what the file says of itself
 */
public record ImportedModel(Function function, NamedTensors weights, Origin origin) {
  /**
   * What a file says of itself.
   *
   * @param producer the program that wrote it, with its version; empty if it does not say
   * @param irVersion the version of the format
   * @param operatorSets each operator set it speaks, such as {@code ai.onnx 17}
   */
  public record Origin(String producer, long irVersion, String operatorSets) {}
}
