package dev.miser.driver;

import dev.miser.frontend.weights.Npy;
import dev.miser.frontend.weights.RandomInputs;
import dev.miser.frontend.weights.Safetensors;
import dev.miser.frontend.weights.Tensor;
import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.diag.Place;
import dev.miser.ir.diag.Spelling;
import dev.miser.ir.func.Parameter;
import dev.miser.runtime.Instance;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** The elements of every input of a run, kept so that each step can be given them anew. */
record InputSet(SequencedMap<String, Tensor> tensors) {
  /**
   * Reads what the command line names, and makes the rest from the seed.
   *
   * @param inputs the program's inputs
   * @param named {@code name=file} or {@code name=file:tensor}
   * @param file a safetensors file with inputs by name, or null
   * @throws DiagnosticException with everything that is wrong
   */
  static InputSet of(
      List<Parameter> inputs, Map<String, String> named, @Nullable Path file, long seed) {
    var wrong = new ArrayList<Diagnostic>();
    Map<String, Tensor> given = new LinkedHashMap<>();
    List<String> names = inputs.stream().map(p -> p.value().name()).toList();
    if (file != null) {
      Safetensors.read(file)
          .tensors()
          .forEach((name, tensor) -> {
            if (names.contains(name)) {
              given.put(name, tensor);
            }
          });
    }
    named.forEach((name, place) -> {
      if (names.contains(name)) {
        given.put(name, read(name, place));
      } else {
        String suggestion = Spelling.suggestion(name, names);
        wrong.add(refusal(name, "the program has no such input" + suggestion));
      }
    });
    var tensors = new LinkedHashMap<String, Tensor>();
    for (Parameter input : inputs) {
      String name = input.value().name();
      Tensor tensor = given.get(name);
      if (tensor == null) {
        tensors.put(name, random(input, seed));
      } else if (tensor.type().equals(input.value().type())) {
        tensors.put(name, tensor);
      } else {
        wrong.add(
            refusal(name, "the file has " + tensor.type() + ", expected " + input.value().type()));
      }
    }
    if (!wrong.isEmpty()) {
      throw new DiagnosticException(wrong);
    }
    return new InputSet(tensors);
  }

  private static Tensor random(Parameter input, long seed) {
    MemorySegment bytes = Arena.ofAuto().allocate(input.value().type().byteCount(), 64);
    RandomInputs.fill(input, seed, bytes);
    return new Tensor(input.value().type(), bytes);
  }

  private static Tensor read(String input, String place) {
    if (place.endsWith(".npy")) {
      return Npy.read(Path.of(place));
    }
    int colon = place.lastIndexOf(".safetensors:");
    String tensor = colon < 0 ? input : place.substring(colon + ".safetensors:".length());
    Path file = Path.of(colon < 0 ? place : place.substring(0, colon + ".safetensors".length()));
    if (!file.toString().endsWith(".safetensors")) {
      throw new DiagnosticException(
          refusal(input, "'" + place + "' ends neither in .npy nor in .safetensors"));
    }
    Map<String, Tensor> tensors = Safetensors.read(file).tensors();
    Tensor found = tensors.get(tensor);
    if (found == null) {
      throw new DiagnosticException(
          refusal(
              input,
              file
                  + " has no tensor '"
                  + tensor
                  + "'"
                  + Spelling.suggestion(tensor, tensors.keySet())));
    }
    return found;
  }

  private static Diagnostic refusal(String name, String why) {
    return Diagnostic.error(Code.RUN_INPUT, Place.NONE, name, why);
  }

  /** Writes every input into the arena. */
  void set(Instance instance) {
    tensors.forEach((name, tensor) -> instance.input(name).copyFrom(tensor.bytes()));
  }
}
