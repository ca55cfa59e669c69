package dev.miser.ir.op;

import dev.miser.ir.diag.Code;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;

/** A copy of {@code x} in which slices of the updates join the places that {@code indices} name. */
public record ScatterNd(
    Value x,
    Value indices,
    Value updates,
    @Default("add") Combine combine,
    @Default("false") boolean fromEnd)
    implements Indexing {
  @Override
  public TensorType inferType() {
    Require.isIndex(indices);
    if (combine != Combine.SET) {
      Require.isNumeric(x);
    }
    Require.rank(indices, indices.type().rank() >= 1, "at least 1");
    int last = indices.type().rank() - 1;
    long coordinates = indices.type().dim(last);
    Require.that(
        coordinates <= x.type().rank(), Code.GATHER_COORDINATES, coordinates, x.type().rank());
    var dims = new ArrayList<>(indices.type().shape().dims().subList(0, last));
    dims.addAll(x.type().shape().dims().subList(Math.toIntExact(coordinates), x.type().rank()));
    TensorType expected = x.type().withShape(new Shape(dims));
    Require.that(updates.type().equals(expected), Code.SCATTER_UPDATES, updates.type(), expected);
    return x.type();
  }
}
