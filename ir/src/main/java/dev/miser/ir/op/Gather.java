package dev.miser.ir.op;

import dev.miser.ir.diag.Code;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;

/**
 * Takes whole slices along {@code axis}: the result has the shape of {@code x} with that axis
 * replaced by the shape of {@code indices}. An index out of range is a checked failure; with {@code
 * fromEnd} a negative one counts from the end.
 */
public record Gather(
    Value x, Value indices, @Default("0") int axis, @Default("false") boolean fromEnd)
    implements Indexing {
  @Override
  public TensorType inferType() {
    Require.isIndex(indices);
    Require.axis(axis, x.type().rank());
    Require.that(
        x.type().dim(axis) > 0 || indices.type().elementCount() == 0,
        Code.GATHER_EMPTY,
        indices.type().elementCount());
    var dims = new ArrayList<>(x.type().shape().dims());
    dims.remove(axis);
    dims.addAll(axis, indices.type().shape().dims());
    return x.type().withShape(new Shape(dims));
  }
}
