package dev.miser.ir.op;

import dev.miser.ir.diag.Code;
import dev.miser.ir.type.TensorType;

/**
 * Element p of the result is the operand's at p with {@code p[axis]} replaced by {@code
 * indices[p]}. Along other axes the indices may be shorter than the operand.
 */
public record GatherAlong(Value x, Value indices, int axis, @Default("false") boolean fromEnd)
    implements Indexing {
  @Override
  public TensorType inferType() {
    Require.isIndex(indices);
    Require.axis(axis, x.type().rank());
    Indices.requireWithin(x, indices, axis);
    Require.that(
        x.type().dim(axis) > 0 || indices.type().elementCount() == 0,
        Code.GATHER_EMPTY,
        indices.type().elementCount());
    return indices.type().withElement(x.type().element());
  }
}
