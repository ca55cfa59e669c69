package dev.miser.ir.op;

import dev.miser.ir.diag.Code;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;

/** The same elements in row-major order under another shape; moves nothing. */
public record Reshape(Value x, Shape shape) implements Layout {
  @Override
  public TensorType inferType() {
    Require.that(
        x.type().elementCount() == shape.elementCount(),
        Code.RESHAPE_COUNT,
        x.type(),
        x.type().elementCount(),
        shape,
        shape.elementCount());
    return x.type().withShape(shape);
  }
}
