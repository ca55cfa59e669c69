package dev.miser.onnx.lower;

import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.Tensors;

/**
 * The two elements along one axis of an image between which a place lies, and how much each of them
 * counts. Indices are i64, never outside of the axis; weights have the type of the place.
 */
record Neighbours(Value below, Value above, Value weightBelow, Value weightAbove) {

  /** Returns what counts at places of an image around which all is 0. */
  static Neighbours zeroAround(Graph g, Value place, long size) {
    Value floor = Tensors.unary(g, Unary.Kind.FLOOR, place);
    Value fraction = Tensors.subtract(g, place, floor);
    Value below = Tensors.convert(g, floor, ElementType.I64);
    Value above = Tensors.add(g, below, 1);
    return new Neighbours(
        clamped(g, below, size),
        clamped(g, above, size),
        inside(g, below, size, rest(g, fraction)),
        inside(g, above, size, fraction));
  }

  /** Returns what counts at places of an image whose edge goes on around it. */
  static Neighbours edgeAround(Graph g, Value place, long size) {
    Value within = clamped(g, place, size);
    Value floor = Tensors.unary(g, Unary.Kind.FLOOR, within);
    Value fraction = Tensors.subtract(g, within, floor);
    Value below = Tensors.convert(g, floor, ElementType.I64);
    Value above = Tensors.binary(g, Binary.Kind.MINIMUM, Tensors.add(g, below, 1), size - 1);
    return new Neighbours(below, above, rest(g, fraction), fraction);
  }

  /** Returns this where a condition holds, and no weight elsewhere. */
  Neighbours where(Graph g, Value condition) {
    Value none = Tensors.scalar(g, weightBelow.type().element(), 0);
    return new Neighbours(
        below,
        above,
        Tensors.select(g, condition, weightBelow, none),
        Tensors.select(g, condition, weightAbove, none));
  }

  private static Value clamped(Graph g, Value x, long size) {
    Value least = Tensors.binary(g, Binary.Kind.MAXIMUM, x, 0);
    return Tensors.binary(g, Binary.Kind.MINIMUM, least, size - 1);
  }

  private static Value rest(Graph g, Value fraction) {
    return Tensors.subtract(g, Tensors.scalar(g, fraction.type().element(), 1), fraction);
  }

  private static Value inside(Graph g, Value index, long size, Value weight) {
    Value low = Tensors.compare(g, Compare.Kind.GREATER_EQUAL, index, 0);
    Value high = Tensors.compare(g, Compare.Kind.LESS, index, size);
    Value inside = Tensors.binary(g, Binary.Kind.AND, low, high);
    return Tensors.select(g, inside, weight, Tensors.scalar(g, weight.type().element(), 0));
  }
}
