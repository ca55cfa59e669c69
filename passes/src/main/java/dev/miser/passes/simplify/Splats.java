package dev.miser.passes.simplify;

import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Constant;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Reshape;
import dev.miser.ir.op.Reverse;
import dev.miser.ir.op.Slice;
import dev.miser.ir.op.Transpose;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.TensorType;
import dev.miser.passes.Rewriter;
import org.jspecify.annotations.Nullable;

/** Finds values whose elements are all one constant. */
final class Splats {
  private Splats() {}

  /** Returns the constant whose one element all elements of {@code value} are, or null. */
  static @Nullable Literal of(Value value, Rewriter rewriter) {
    return switch (rewriter.definition(value)) {
      case Constant(var literal) when literal.isSplat() -> literal;
      case Broadcast b -> of(b.x(), rewriter);
      case Reshape r -> of(r.x(), rewriter);
      case Transpose t -> of(t.x(), rewriter);
      case Slice s -> of(s.x(), rewriter);
      case Reverse r -> of(r.x(), rewriter);
      // Only layout operations that repeat or move elements pass a splat on.
      case null, default -> null;
    };
  }

  /** Returns the constant repeated for another shape. */
  static Constant repeated(Literal literal, TensorType shape) {
    TensorType type = shape.withElement(literal.type().element());
    return new Constant(
        type.element().isFloat()
            ? Literal.splat(type, literal.doubleAt(0))
            : Literal.splat(type, literal.longAt(0)));
  }
}
