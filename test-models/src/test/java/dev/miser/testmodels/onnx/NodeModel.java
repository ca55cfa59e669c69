package dev.miser.testmodels.onnx;

import com.google.protobuf.ByteString;
import dev.miser.frontend.weights.Tensor;
import dev.miser.onnx.graph.DataTypes;
import dev.miser.onnx.proto.Onnx.AttributeProto;
import dev.miser.onnx.proto.Onnx.AttributeProto.AttributeType;
import dev.miser.onnx.proto.Onnx.ModelProto;
import dev.miser.onnx.proto.Onnx.NodeProto;
import dev.miser.onnx.proto.Onnx.TensorProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A model of one node, put together by hand: inputs first, then tensors that the file holds. */
final class NodeModel {
  private final ModelProto.Builder model = ModelProto.newBuilder().setIrVersion(10);
  private final NodeProto.Builder node;

  /**
   * @param domain the operator set, empty for ONNX's own
   */
  NodeModel(String domain, String operator, int outputs) {
    model.addOpsetImportBuilder().setDomain("").setVersion(21);
    if (!domain.isEmpty()) {
      model.addOpsetImportBuilder().setDomain(domain).setVersion(1);
    }
    var graph = model.getGraphBuilder().setName("one");
    node = graph.addNodeBuilder().setOpType(operator).setDomain(domain);
    for (int i = 0; i < outputs; i++) {
      node.addOutput("y" + i);
      graph.addOutputBuilder().setName("y" + i);
    }
  }

  NodeModel input(String name, Tensor like) {
    var info = model.getGraphBuilder().addInputBuilder().setName(name);
    var type = info.getTypeBuilder().getTensorTypeBuilder();
    type.setElemType(DataTypes.number(like.type().element()).getNumber());
    type.getShapeBuilder();
    like.type()
        .shape()
        .dims()
        .forEach(dim -> type.getShapeBuilder().addDimBuilder().setDimValue(dim));
    node.addInput(name);
    return this;
  }

  NodeModel held(String name, Tensor tensor) {
    model
        .getGraphBuilder()
        .addInitializer(
            TensorProto.newBuilder()
                .setName(name)
                .setDataType(DataTypes.number(tensor.type().element()).getNumber())
                .addAllDims(tensor.type().shape().dims())
                .setRawData(ByteString.copyFrom(tensor.bytes().asByteBuffer())));
    node.addInput(name);
    return this;
  }

  NodeModel leftOut() {
    node.addInput("");
    return this;
  }

  NodeModel integer(String name, long value) {
    node.addAttribute(
        AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value));
    return this;
  }

  NodeModel number(String name, double value) {
    node.addAttribute(
        AttributeProto.newBuilder().setName(name).setType(AttributeType.FLOAT).setF((float) value));
    return this;
  }

  NodeModel integers(String name, long... values) {
    node.addAttribute(
        AttributeProto.newBuilder()
            .setName(name)
            .setType(AttributeType.INTS)
            .addAllInts(Arrays.stream(values).boxed().toList()));
    return this;
  }

  /** Says what the first output is, which runtimes want to know of some operators. */
  NodeModel output(Tensor like) {
    var type = model.getGraphBuilder().getOutputBuilder(0).getTypeBuilder().getTensorTypeBuilder();
    type.setElemType(DataTypes.number(like.type().element()).getNumber());
    return this;
  }

  Path write(Path file) throws IOException {
    return Files.write(file, model.build().toByteArray());
  }
}
