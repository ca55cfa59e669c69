package dev.miser.testmodels.e2e;

import dev.miser.frontend.weights.RandomInputs;
import dev.miser.frontend.weights.WeightSource;
import dev.miser.ir.eval.Inputs;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.type.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Objects;

/** What parameters and inputs hold, for compiled programs and for the reference. */
@FunctionalInterface
public interface Values {
  /** Writes all elements of a parameter or input. */
  void fill(Parameter parameter, MemorySegment destination);

  /** Returns these tensors, by name. */
  static Values of(Map<String, Tensor> tensors) {
    return (parameter, destination) -> {
      Tensor tensor = tensors.get(parameter.value().name());
      Objects.requireNonNull(tensor, () -> "no tensor for " + parameter.value());
      tensor.writeTo(destination);
    };
  }

  /** Returns what {@code miser run} gives a program without files. */
  static Values seeded(Function function, long seed) {
    WeightSource weights = WeightSource.seeded(function.parameters(), seed);
    return (parameter, destination) -> {
      switch (parameter.role()) {
        case INPUT -> RandomInputs.fill(parameter, seed, destination);
        case PARAM, STATE -> weights.fill(parameter, destination);
      }
    };
  }

  /** Returns the same values for the reference evaluator. */
  default Inputs inputs() {
    return parameter -> {
      TensorType type = parameter.value().type();
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment bytes = arena.allocate(Math.max(type.byteCount(), 1), 64);
        MemorySegment exact = bytes.asSlice(0, type.byteCount());
        fill(parameter, exact);
        return Tensor.read(type, exact);
      }
    };
  }
}
