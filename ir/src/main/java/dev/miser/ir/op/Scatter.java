package dev.miser.ir.op;

import dev.miser.ir.diag.Code;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;

/**
 * A copy of {@code x} in which slice k of the updates joins slice {@code indices[k]} along {@code
 * axis}.
 */
public record Scatter(
    Value x,
    Value indices,
    Value updates,
    @Default("0") int axis,
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
    var dims = new ArrayList<>(x.type().shape().dims());
    dims.remove(axis);
    dims.addAll(axis, indices.type().shape().dims());
    TensorType expected = x.type().withShape(new Shape(dims));
    Require.that(updates.type().equals(expected), Code.SCATTER_UPDATES, updates.type(), expected);
    return x.type();
  }
}
