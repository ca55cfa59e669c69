package dev.miser.bench;

import dev.miser.compiler.Compilation;
import dev.miser.compiler.Miser;
import dev.miser.frontend.weights.RandomInputs;
import dev.miser.frontend.weights.Safetensors;
import dev.miser.frontend.weights.Tensor;
import dev.miser.frontend.weights.WeightSource;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * One model for both sides: its text and its weights as a safetensors file for Miser, and the same
 * weights in an ONNX file.
 *
 * @param inputs the inputs of a step, the same random ones for both
 * @param results the types of the results
 */
record PeerTask(
    String name,
    Path text,
    Path weights,
    Path onnx,
    List<Parameter> inputs,
    List<TensorType> results) {
  private static final long SEED = 0;

  /** Describes a model whose files lie, or will lie, in {@code folder}. */
  static PeerTask of(String name, Path models, Path folder) {
    Path text = models.resolve(name + ".mir");
    Compilation compilation = Miser.compile(text).compilation();
    return new PeerTask(
        name,
        text,
        folder.resolve(name + ".safetensors"),
        folder.resolve(name + ".onnx"),
        compilation.inputs(),
        compilation.results().stream().map(Value::type).toList());
  }

  /** Writes both files, with weights from the same seed. */
  void writeFiles() {
    Compilation compilation = Miser.compile(text).seed(SEED).compilation();
    try (Arena arena = Arena.ofShared()) {
      var source = WeightSource.seeded(compilation.parameters(), SEED);
      var tensors = new LinkedHashMap<String, Tensor>();
      for (Parameter parameter : compilation.parameters()) {
        if (parameter.role() != Parameter.Role.INPUT) {
          TensorType type = parameter.value().type();
          MemorySegment bytes = arena.allocate(type.byteCount(), 64);
          source.fill(parameter, bytes);
          tensors.put(parameter.value().name(), new Tensor(type, bytes));
        }
      }
      Safetensors.write(weights, tensors);
    }
    Miser.compile(text).weights(weights).compilation().export(onnx);
  }

  /** Returns the elements of an input. */
  MemorySegment input(Parameter input) {
    MemorySegment bytes = Arena.ofAuto().allocate(input.value().type().byteCount(), 64);
    RandomInputs.fill(input, SEED, bytes);
    return bytes;
  }
}
