package dev.miser.ir.op;

import dev.miser.ir.diag.Code;
import dev.miser.ir.type.TensorType;

/**
 * A copy of {@code x} in which {@code updates[p]} joins the element at p with {@code p[axis]}
 * replaced by {@code indices[p]}.
 */
public record ScatterAlong(
    Value x,
    Value indices,
    Value updates,
    int axis,
    @Default("add") Combine combine,
    @Default("false") boolean fromEnd)
    implements Indexing {
  @Override
  public TensorType inferType() {
    Require.isIndex(indices);
    if (combine != Combine.SET) {
      Require.isNumeric(x);
    }
    Require.axis(axis, x.type().rank());
    Indices.requireWithin(x, indices, axis);
    TensorType expected = indices.type().withElement(x.type().element());
    Require.that(updates.type().equals(expected), Code.SCATTER_UPDATES, updates.type(), expected);
    return x.type();
  }
}
