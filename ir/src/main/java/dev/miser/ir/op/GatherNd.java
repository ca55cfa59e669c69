package dev.miser.ir.op;

import dev.miser.ir.diag.Code;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;

/**
 * The last axis of {@code indices} holds coordinates into the axes of {@code x} that follow the
 * {@code batch} leading ones, which both share; what the coordinates leave over is taken whole.
 */
public record GatherNd(
    Value x, Value indices, @Default("0") int batch, @Default("false") boolean fromEnd)
    implements Indexing {
  @Override
  public TensorType inferType() {
    Require.isIndex(indices);
    Require.rank(indices, indices.type().rank() >= 1, "at least 1");
    int last = indices.type().rank() - 1;
    Require.value(
        "batch", batch, batch >= 0 && batch <= Math.min(last, x.type().rank()), "a shared rank");
    for (int i = 0; i < batch; i++) {
      Require.that(
          x.type().dim(i) == indices.type().dim(i),
          Code.GATHER_SHAPE,
          indices.type(),
          x.type(),
          last);
    }
    long coordinates = indices.type().dim(last);
    Require.that(
        batch + coordinates <= x.type().rank(),
        Code.GATHER_COORDINATES,
        coordinates,
        x.type().rank());
    var dims = new ArrayList<>(indices.type().shape().dims().subList(0, last));
    dims.addAll(
        x.type().shape().dims().subList(batch + Math.toIntExact(coordinates), x.type().rank()));
    return x.type().withShape(new Shape(dims));
  }
}
