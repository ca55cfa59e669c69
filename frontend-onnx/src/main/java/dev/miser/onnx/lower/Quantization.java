package dev.miser.onnx.lower;

import static dev.miser.onnx.graph.Lowering.many;
import static dev.miser.onnx.graph.Lowering.one;
import static java.util.Map.entry;

import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Compare;
import dev.miser.ir.op.Reduce;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.onnx.graph.DataTypes;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.Lowering;
import dev.miser.onnx.graph.Node;
import dev.miser.onnx.graph.NodeFailure;
import dev.miser.onnx.graph.PackedElements;
import dev.miser.onnx.graph.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Operators that turn numbers into the integers that stand for them, and back. */
final class Quantization {
  static final Map<String, Lowering> OPERATORS =
      Map.ofEntries(
          entry("DequantizeLinear", one(Quantization::dequantize)),
          entry("DynamicQuantizeLinear", many(Quantization::dynamic)),
          entry("QuantizeLinear", one(Quantization::quantize)),
          entry("com.microsoft::DequantizeLinear", one(Quantization::dequantize)),
          entry("com.microsoft::QuantizeLinear", one(Quantization::quantize)));

  private Quantization() {}

  private static Value quantize(Node node, Graph g) {
    Value x = node.value(0);
    Value zero = node.optional(2);
    long asked = node.attributes().integer("output_dtype", 0);
    ElementType element = zero == null ? ElementType.U8 : zero.type().element();
    PackedElements packed = zero == null ? null : g.packed(zero);
    if (asked != 0) {
      packed = PackedElements.find(asked);
      element = packed == null ? DataTypes.of(asked) : packed.element();
    }
    if (zero != null && zero.type().element() != element) {
      throw new NodeFailure(
          "output_dtype is %s, and the zero point %s", DataTypes.name(asked), zero.type());
    }
    if (!element.isInteger()) {
      throw new NodeFailure("zero point and output_dtype ask for %s, expected integers", element);
    }
    ElementType precision = precision(node, x);
    Value scale = Tensors.convert(g, spread(node, g, "y_scale", node.value(1), x), precision);
    if (zero != null) {
      zero = spread(node, g, "y_zero_point", zero, x);
    }
    Value numbers = Tensors.convert(g, x, precision);
    if (packed == null) {
      return Quantized.quantized(g, numbers, scale, zero, element);
    }
    // What would share a byte has one of its own, and must be cut to what it could be there.
    Value wide = Quantized.quantized(g, numbers, scale, zero, ElementType.I32);
    Value least = Tensors.binary(g, Binary.Kind.MAXIMUM, wide, packed.least());
    Value most = Tensors.binary(g, Binary.Kind.MINIMUM, least, packed.largest());
    return Tensors.convert(g, most, element);
  }

  /** Halves are divided as f32 unless the node says otherwise, as is done elsewhere. */
  private static ElementType precision(Node node, Value x) {
    long asked = node.attributes().integer("precision", 0);
    if (asked == 0) {
      return x.type().element() == ElementType.F64 ? ElementType.F64 : ElementType.F32;
    }
    ElementType precision = DataTypes.of(asked);
    if (!precision.isFloat()) {
      throw new NodeFailure("precision is %s, expected a float type", precision);
    }
    return precision;
  }

  private static Value dequantize(Node node, Graph g) {
    Value x = node.value(0);
    Value scale = node.value(1);
    Value zero = node.optional(2);
    long asked = node.attributes().integer("output_dtype", 0);
    ElementType element = asked == 0 ? scale.type().element() : DataTypes.of(asked);
    if (!element.isFloat() || !scale.type().element().isFloat()) {
      throw new NodeFailure(
          "scale is %s and the result %s, expected float types", scale.type(), element);
    }
    Value spreadScale = spread(node, g, "x_scale", scale, x);
    Value spreadZero = zero == null ? null : spread(node, g, "x_zero_point", zero, x);
    return Tensors.convert(g, Quantized.dequantized(g, x, spreadScale, spreadZero), element);
  }

  /**
   * Returns a scale or zero point in a shape that broadcasts to {@code x}: one for all, one for
   * each place along an axis, or one for each block of places along it.
   */
  private static Value spread(Node node, Graph g, String what, Value given, Value x) {
    Shape shape = x.type().shape();
    long block = node.attributes().integer("block_size", 0);
    if (given.type().elementCount() == 1 && block == 0) {
      return Quantized.single(g, given);
    }
    int axis = Tensors.axis(node.attributes().integer("axis", 1), shape.rank());
    if (block == 0) {
      if (given.type().rank() != 1) {
        throw new NodeFailure(
            "%s is %s, expected one element or a vector, as block_size is not given",
            what, given.type());
      }
      return Quantized.alongAxis(g, what, given, shape, axis);
    }
    long size = shape.dim(axis);
    if (block < 0
        || given.type().rank() != shape.rank()
        || !given.type().shape().with(axis, size).equals(shape)
        || given.type().dim(axis) != Math.ceilDiv(size, block)) {
      throw new NodeFailure(
          "%s is %s, expected one for each block of %d along axis %d of %s",
          what, given.type(), block, axis, shape);
    }
    if (block == 1) {
      return given;
    }
    long before = shape.elementCount(0, axis);
    long after = shape.elementCount(axis + 1, shape.rank());
    long blocks = given.type().dim(axis);
    // The last block may be cut off: it need not repeat further than the axis goes.
    long repeats = Math.min(block, size);
    Value apart = Tensors.reshape(g, given, before, blocks, 1, after);
    Value repeated = Tensors.broadcast(g, apart, Shape.of(before, blocks, repeats, after));
    var dims = new ArrayList<>(shape.dims());
    dims.set(axis, blocks * repeats);
    Value joined = Tensors.reshape(g, repeated, new Shape(dims));
    return Tensors.slice(g, joined, axis, 0, size);
  }

  /** The range of the numbers, widened to hold 0, is spread over u8. */
  private static List<Value> dynamic(Node node, Graph g) {
    Value x = node.value(0);
    ElementType element = x.type().element();
    List<Integer> all = Tensors.range(0, x.type().rank());
    Value most = Tensors.reduce(g, Reduce.Kind.REDUCE_MAX, x, all, false);
    Value least = Tensors.reduce(g, Reduce.Kind.REDUCE_MIN, x, all, false);
    most = Tensors.unary(g, Unary.Kind.RELU, most);
    least = Tensors.binary(g, Binary.Kind.MINIMUM, least, 0);
    Value range = Tensors.subtract(g, most, least);
    // Of nothing but zeros any scale will do: 0 would not.
    Value flat = Tensors.compare(g, Compare.Kind.EQUAL, range, 0);
    Value step = Tensors.binary(g, Binary.Kind.DIVIDE, range, 255);
    Value scale = Tensors.select(g, flat, Tensors.scalar(g, element, 1), step);
    Value negative = Tensors.unary(g, Unary.Kind.NEGATE, least);
    Value zero = Quantized.quantized(g, negative, scale, null, ElementType.U8);
    return List.of(Quantized.quantized(g, x, scale, zero, ElementType.U8), scale, zero);
  }
}
