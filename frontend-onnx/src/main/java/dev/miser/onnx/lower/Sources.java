package dev.miser.onnx.lower;

import static dev.miser.onnx.graph.Lowering.one;
import static java.util.Map.entry;

import dev.miser.ir.op.Bitcast;
import dev.miser.ir.op.Iota;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.graph.Attributes;
import dev.miser.onnx.graph.DataTypes;
import dev.miser.onnx.graph.Graph;
import dev.miser.onnx.graph.Lowering;
import dev.miser.onnx.graph.Node;
import dev.miser.onnx.graph.NodeFailure;
import dev.miser.onnx.graph.Tensors;
import dev.miser.onnx.proto.Onnx.SparseTensorProto;
import dev.miser.onnx.proto.Onnx.TensorProto;
import dev.miser.onnx.proto.Onnx.TensorProto.DataType;
import java.util.List;
import java.util.Map;

/** Operators that make tensors out of nothing, and conversions between element types. */
final class Sources {
  static final Map<String, Lowering> OPERATORS =
      Map.ofEntries(
          entry("BitCast", one(Sources::bitcast)),
          entry("Cast", one(Sources::cast)),
          entry("CastLike", one(Sources::castLike)),
          entry("Constant", one(Sources::constant)),
          entry("ConstantOfShape", one(Sources::constantOfShape)),
          entry("Range", one(Sources::range)));

  private Sources() {}

  private static Value constant(Node node, Graph g) {
    Attributes attributes = node.attributes();
    TensorProto tensor = attributes.tensor("value");
    if (tensor != null) {
      return g.tensor("const", tensor);
    }
    SparseTensorProto sparse = attributes.sparseTensor("sparse_value");
    if (sparse != null) {
      return g.tensor("const", sparse);
    }
    List<Float> floats = attributes.numbers("value_floats");
    if (floats != null) {
      double[] elements = floats.stream().mapToDouble(Float::doubleValue).toArray();
      return Tensors.doubles(g, TensorType.of(ElementType.F32, elements.length), elements);
    }
    List<Long> longs = attributes.integers("value_ints");
    if (longs != null) {
      return Tensors.vector(g, longs);
    }
    if (attributes.has("value_float")) {
      return Tensors.scalar(g, ElementType.F32, attributes.number("value_float"));
    }
    if (attributes.has("value_int")) {
      return Tensors.longs(
          g, TensorType.of(ElementType.I64), List.of(attributes.integer("value_int")));
    }
    throw new NodeFailure(
        attributes.has("value_string") || attributes.has("value_strings")
            ? "it holds text, which programs have not"
            : "it holds no value");
  }

  private static Value constantOfShape(Node node, Graph g) {
    Shape shape = new Shape(Tensors.knownLongs(g, "shape", node.value(0)));
    TensorProto given = node.attributes().tensor("value");
    if (given == null) {
      return Tensors.fill(g, new TensorType(ElementType.F32, shape), 0);
    }
    Value element = g.tensor("value", given);
    Literal literal = g.require("value", element);
    if (element.type().elementCount() != 1) {
      throw new NodeFailure("value is %s, expected one element", element.type());
    }
    TensorType type = element.type().withShape(shape);
    // A literal of no elements has no bytes either.
    return shape.elementCount() == 0
        ? Tensors.fill(g, type, 0)
        : g.constant(literal.withType(type));
  }

  private static Value cast(Node node, Graph g) {
    return Tensors.convert(g, node.value(0), target(node));
  }

  /** The first versions name the type. */
  private static ElementType target(Node node) {
    if (node.opset() >= 6) {
      return DataTypes.of(node.attributes().integer("to"));
    }
    String name = node.attributes().text("to");
    for (DataType type : DataType.values()) {
      if (type.name().equals(name)) {
        return DataTypes.of(type.getNumber());
      }
    }
    throw new NodeFailure("elements are to become '%s', which is no type", name);
  }

  private static Value bitcast(Node node, Graph g) {
    Value x = node.value(0);
    ElementType to = DataTypes.of(node.attributes().integer("to"));
    if (x.type().element() == to) {
      return x;
    }
    boolean isByte = x.type().element().bytes() == 1;
    // A truth value has two patterns of bits: any but 0 is true.
    return to.isBoolean() && isByte ? Tensors.convert(g, x, to) : g.add(new Bitcast(x, to));
  }

  /** As for a cast, the format leaves open what becomes of numbers too large for an integer. */
  private static Value castLike(Node node, Graph g) {
    return Tensors.convert(g, node.value(0), node.value(1).type().element());
  }

  /** The number of elements is max(ceil((limit - start) / delta), 0). Halves cannot count far. */
  private static Value range(Node node, Graph g) {
    Value start = node.value(0);
    ElementType element = start.type().element();
    long count;
    if (element.isFloat()) {
      double from = Tensors.knownDouble(g, "start", start);
      double limit = Tensors.knownDouble(g, "limit", node.value(1));
      double delta = Tensors.knownDouble(g, "delta", node.value(2));
      if (delta == 0) {
        throw new NodeFailure("delta is 0");
      }
      count = (long) Math.max(Math.ceil((limit - from) / delta), 0);
    } else {
      long from = Tensors.knownLong(g, "start", start);
      long limit = Tensors.knownLong(g, "limit", node.value(1));
      long delta = Tensors.knownLong(g, "delta", node.value(2));
      if (delta == 0) {
        throw new NodeFailure("delta is 0");
      }
      count = Math.max(Math.ceilDiv(Math.subtractExact(limit, from), delta), 0);
    }
    ElementType wide = element.bytes() == 2 && element.isFloat() ? ElementType.F32 : element;
    Value steps = g.add(new Iota(TensorType.of(wide, count), 0));
    Value delta = Tensors.convert(g, scalarOf(g, node.value(2)), wide);
    Value first = Tensors.convert(g, scalarOf(g, start), wide);
    Value elements = Tensors.add(g, Tensors.multiply(g, steps, delta), first);
    return Tensors.convert(g, elements, element);
  }

  private static Value scalarOf(Graph g, Value x) {
    return Tensors.reshape(g, x, Shape.SCALAR);
  }
}
