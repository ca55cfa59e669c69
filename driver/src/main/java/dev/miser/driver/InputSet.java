package dev.miser.driver;

import dev.miser.frontend.weights.Elements;
import dev.miser.frontend.weights.RandomInputs;
import dev.miser.frontend.weights.Safetensors;
import dev.miser.frontend.weights.Tensor;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.diag.Spelling;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.type.TensorType;
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
   * @param named what {@link GivenElements} reads, by the input's name
   * @param file a safetensors file with inputs by name, or null
   * @throws DiagnosticException with everything that is wrong
   */
  static InputSet of(
      List<Parameter> inputs, Map<String, String> named, @Nullable Path file, long seed) {
    var wrong = new ArrayList<Diagnostic>();
    Map<String, Elements> given = new LinkedHashMap<>();
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
    named.forEach((name, text) -> {
      if (names.contains(name)) {
        try {
          given.put(name, GivenElements.read(name, text));
        } catch (DiagnosticException refused) {
          wrong.addAll(refused.diagnostics());
        }
      } else {
        String suggestion = Spelling.suggestion(name, names);
        wrong.add(GivenElements.refusal(name, "the program has no such input" + suggestion));
      }
    });
    var tensors = new LinkedHashMap<String, Tensor>();
    for (Parameter input : inputs) {
      Elements elements = given.get(input.value().name());
      Tensor tensor = elements == null ? random(input, seed) : typed(input, elements, wrong);
      if (tensor != null) {
        tensors.put(input.value().name(), tensor);
      }
    }
    if (!wrong.isEmpty()) {
      throw new DiagnosticException(wrong);
    }
    return new InputSet(tensors);
  }

  /** Returns the elements with the type of an input, or null if they have another. */
  private static @Nullable Tensor typed(
      Parameter input, Elements elements, List<Diagnostic> wrong) {
    String name = input.value().name();
    TensorType type = input.value().type();
    try {
      Tensor tensor = elements.typed(type.element());
      if (tensor.type().equals(type)) {
        return tensor;
      }
      String found = "found " + tensor.type() + ", expected " + type;
      wrong.add(GivenElements.refusal(name, found));
    } catch (DiagnosticException refused) {
      refused.diagnostics().forEach(d -> wrong.add(GivenElements.refusal(name, d.message())));
    }
    return null;
  }

  private static Tensor random(Parameter input, long seed) {
    MemorySegment bytes = Arena.ofAuto().allocate(input.value().type().byteCount(), 64);
    RandomInputs.fill(input, seed, bytes);
    return new Tensor(input.value().type(), bytes);
  }

  /** Writes every input into the arena. */
  void set(Instance instance) {
    tensors.forEach((name, tensor) -> instance.input(name).copyFrom(tensor.bytes()));
  }
}
