package dev.miser.onnx.lower;

import com.google.protobuf.ByteString;
import dev.miser.frontend.weights.Tensor;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.graph.DataTypes;
import dev.miser.onnx.proto.Onnx.AttributeProto;
import dev.miser.onnx.proto.Onnx.GraphProto;
import dev.miser.onnx.proto.Onnx.NodeProto;
import dev.miser.onnx.proto.Onnx.TensorProto;
import dev.miser.onnx.proto.Onnx.ValueInfoProto;
import java.util.Arrays;
import java.util.List;

/** What models of recurrences and control flow are built of, beside {@link NormsModels}. */
final class RecurrentModels {
  private RecurrentModels() {}

  /** Returns a node; names are separated by blanks, {@code -} stands for one that is left out. */
  static NodeProto node(String operator, String from, String to, AttributeProto... attributes) {
    int colons = operator.indexOf("::");
    return NodeProto.newBuilder()
        .setDomain(colons < 0 ? "" : operator.substring(0, colons))
        .setOpType(colons < 0 ? operator : operator.substring(colons + 2))
        .addAllInput(names(from))
        .addAllOutput(names(to))
        .addAllAttribute(Arrays.asList(attributes))
        .build();
  }

  static List<String> names(String text) {
    return text.isEmpty()
        ? List.of()
        : Arrays.stream(text.split(" ")).map(name -> name.equals("-") ? "" : name).toList();
  }

  /** Returns a graph that is a node's attribute. */
  static AttributeProto body(String name, String inputs, String outputs, NodeProto... nodes) {
    var graph = GraphProto.newBuilder().setName(name).addAllNode(Arrays.asList(nodes));
    names(inputs).forEach(i -> graph.addInput(ValueInfoProto.newBuilder().setName(i)));
    names(outputs).forEach(o -> graph.addOutput(ValueInfoProto.newBuilder().setName(o)));
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.GRAPH)
        .setG(graph)
        .build();
  }

  /** Returns a node that holds elements. */
  static NodeProto constant(String name, Tensor tensor) {
    AttributeProto value =
        AttributeProto.newBuilder()
            .setName("value")
            .setType(AttributeProto.AttributeType.TENSOR)
            .setT(
                TensorProto.newBuilder()
                    .setDataType(DataTypes.number(tensor.type().element()).getNumber())
                    .addAllDims(tensor.type().shape().dims())
                    .setRawData(ByteString.copyFrom(tensor.bytes().asByteBuffer())))
            .build();
    return node("Constant", "", name, value);
  }

  static AttributeProto texts(String name, String... texts) {
    var attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.STRINGS);
    Arrays.stream(texts).forEach(text -> attribute.addStrings(ByteString.copyFromUtf8(text)));
    return attribute.build();
  }

  static AttributeProto numberList(String name, Double... numbers) {
    var attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.FLOATS);
    Arrays.stream(numbers).forEach(number -> attribute.addFloats(number.floatValue()));
    return attribute.build();
  }

  static Tensor tensor(ElementType element, List<Long> dims, long... elements) {
    long[] sizes = dims.stream().mapToLong(Long::longValue).toArray();
    return NormsModels.integers(TensorType.of(element, sizes), elements);
  }
}
