package dev.miser.onnx.lower;

import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.NodeFailure;
import dev.miser.onnx.graph.Tensors;
import java.util.ArrayList;
import java.util.Collections;
import org.jspecify.annotations.Nullable;

/**
 * Integers q that stand for the numbers {@code (q - zero) * scale}, and what is done with them in
 * several operators. Whatever becomes an integer is divided by its scale, rounded to nearest with
 * ties to even, moved by its zero point, and cut to the type.
 */
final class Quantized {
  private Quantized() {}

  /**
   * Returns {@code x - zero} as i32, which holds the difference of any narrower integers.
   *
   * @param zero broadcasts to {@code x}; null stands for 0
   */
  static Value centered(Graph g, Value x, @Nullable Value zero) {
    requireInteger("its input", x);
    Value wide = Tensors.convert(g, x, ElementType.I32);
    if (zero == null || isZero(g, zero)) {
      return wide;
    }
    return Tensors.binary(
        g,
        dev.miser.ir.op.Binary.Kind.SUBTRACT,
        wide,
        Tensors.convert(g, single(g, zero), ElementType.I32));
  }

  private static boolean isZero(Graph g, Value zero) {
    requireInteger("zero point", zero);
    Literal literal = g.elements(zero);
    return literal != null && literal.isSplat() && literal.longAt(0) == 0;
  }

  private static void requireInteger(String what, Value x) {
    if (!x.type().element().isInteger()) {
      throw new NodeFailure("%s is %s, expected integers", what, x.type());
    }
  }

  /** Returns the numbers that integers stand for, as f32. Scale and zero point broadcast to x. */
  static Value dequantized(Graph g, Value x, Value scale, @Nullable Value zero) {
    Value difference = Tensors.convert(g, centered(g, x, zero), ElementType.F32);
    return Tensors.multiply(g, difference, Tensors.convert(g, single(g, scale), ElementType.F32));
  }

  /**
   * Returns integers that stand for numbers.
   *
   * @param scale of the type of {@code x}; broadcasts to it
   * @param zero broadcasts to {@code x}; null stands for 0
   */
  static Value quantized(Graph g, Value x, Value scale, @Nullable Value zero, ElementType element) {
    return rounded(g, Tensors.divide(g, x, single(g, scale)), zero, element);
  }

  /** Returns sums of products, times the ratio of their scale to the result's, as integers. */
  static Value requantized(
      Graph g, Value sums, Value ratio, @Nullable Value zero, ElementType element) {
    Value numbers = Tensors.convert(g, sums, ElementType.F32);
    return rounded(g, Tensors.multiply(g, numbers, ratio), zero, element);
  }

  /** Conversion to an integer type cuts what is too large for it. */
  static Value rounded(Graph g, Value x, @Nullable Value zero, ElementType element) {
    Value whole = Tensors.unary(g, Unary.Kind.ROUND_HALF_EVEN, x);
    if (zero != null && !isZero(g, zero)) {
      // A half holds no large integers exactly.
      ElementType wide = x.type().element() == ElementType.F64 ? ElementType.F64 : ElementType.F32;
      Value moved = Tensors.convert(g, single(g, zero), wide);
      whole = Tensors.add(g, Tensors.convert(g, whole, wide), moved);
    }
    return Tensors.convert(g, whole, element);
  }

  /** Returns a tensor of one element as a scalar, so that it does not add axes. */
  static Value single(Graph g, Value x) {
    return x.type().elementCount() == 1 ? Tensors.reshape(g, x, Shape.SCALAR) : x;
  }

  /** Returns a tensor that must have one element as a scalar. */
  static Value single(Graph g, String what, Value x) {
    if (x.type().elementCount() != 1) {
      throw new NodeFailure("%s is %s, expected one element", what, x.type());
    }
    return single(g, x);
  }

  /**
   * Returns a scale or zero point that is one for all, or one for each place along an axis, in a
   * shape that broadcasts; one that has the rank of what it belongs to stays.
   */
  static Value alongAxis(Graph g, String what, Value given, Shape shape, int axis) {
    if (given.type().elementCount() == 1) {
      return single(g, given);
    }
    if (given.type().rank() == shape.rank() && shape.rank() > 1) {
      return given;
    }
    if (given.type().rank() != 1 || given.type().dim(0) != shape.dim(axis)) {
      throw new NodeFailure(
          "%s is %s, expected one element, or one for each place along axis %d of %s",
          what, given.type(), axis, shape);
    }
    var dims = new ArrayList<>(Collections.nCopies(shape.rank(), 1L));
    dims.set(axis, shape.dim(axis));
    return Tensors.reshape(g, given, new Shape(dims));
  }
}
