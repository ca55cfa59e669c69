package dev.miser.frontend.weights;

import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.lang.foreign.MemorySegment;

/**
 * A tensor's type and its bytes: row-major, little-endian, at any alignment. What was read from a
 * file is mapped and read-only.
 */
public record Tensor(TensorType type, MemorySegment bytes) implements Elements {
  public Tensor {
    if (bytes.byteSize() != type.byteCount()) {
      throw new IllegalArgumentException(type + " does not have " + bytes.byteSize() + " bytes");
    }
  }

  @Override
  public Shape shape() {
    return type.shape();
  }

  @Override
  public Tensor typed(ElementType element) {
    return this;
  }
}
