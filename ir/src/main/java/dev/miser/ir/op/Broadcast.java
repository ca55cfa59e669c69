package dev.miser.ir.op;

import dev.miser.ir.diag.Code;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.List;

/**
 * Repeats elements: axis i of the operand becomes axis {@code dims[i]} of {@code shape}, where it
 * has the same size or is stretched from 1; all other axes are new.
 */
public record Broadcast(Value x, Shape shape, @Default("[]") List<Integer> dims) implements Layout {
  public Broadcast {
    dims = List.copyOf(dims);
  }

  @Override
  public TensorType inferType() {
    Require.length("dims", dims, x.type().rank());
    for (int i = 0; i < dims.size(); i++) {
      int to = dims.get(i);
      Require.that(
          to >= 0 && to < shape.rank() && (i == 0 || dims.get(i - 1) < to),
          Code.BROADCAST_DIMS,
          dims,
          x.type(),
          shape);
      long from = x.type().dim(i);
      Require.that(from == shape.dim(to) || from == 1, Code.BROADCAST_SIZE, i, from, shape.dim(to));
    }
    return x.type().withShape(shape);
  }
}
