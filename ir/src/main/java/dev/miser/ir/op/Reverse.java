package dev.miser.ir.op;

import dev.miser.ir.type.TensorType;
import java.util.List;

/** Turns the order of elements around along each of {@code axes}. */
public record Reverse(Value x, List<Integer> axes) implements Layout {
  public Reverse {
    axes = List.copyOf(axes);
  }

  @Override
  public TensorType inferType() {
    Require.axes(axes, x.type().rank());
    return x.type();
  }
}
