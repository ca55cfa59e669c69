package dev.miser.frontend.weights;

import dev.miser.ir.func.Parameter;
import dev.miser.ir.func.Range;
import dev.miser.ir.type.TensorType;
import java.lang.foreign.MemorySegment;

/**
 * Inputs for a run that is given none: floats are normal with mean 0 and variance 1, integers come
 * from the range behind {@code in}, or are 0 or 1 where there is none; so are booleans. They depend
 * on the input's name and the seed.
 */
public final class RandomInputs {
  private static final Range BITS = new Range(0, 2);

  private RandomInputs() {}

  /** Writes the elements of an input to {@code destination}, which is as large. */
  public static void fill(Parameter input, long seed, MemorySegment destination) {
    TensorType type = input.value().type();
    Range range = input.range();
    Distribution distribution =
        type.element().isFloat()
            ? new Distribution.Normal(0, 1)
            : Distribution.of(range == null ? BITS : range);
    SeededTensor.of(input.value().name(), type, distribution, seed).fill(0, destination);
  }
}
