package dev.miser.testmodels.cli;

import com.google.protobuf.ByteString;
import dev.miser.onnx.proto.Onnx;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A small ONNX model while it is put together. Sizes are numbers, or names if they are open. */
final class OnnxFile {
  private final Onnx.ModelProto.Builder model = Onnx.ModelProto.newBuilder();
  private final Onnx.GraphProto.Builder graph = model.getGraphBuilder();

  OnnxFile(String name) {
    model.setIrVersion(8).setProducerName("hand").setProducerVersion("1.0");
    model.addOpsetImportBuilder().setDomain("").setVersion(17);
    graph.setName(name);
  }

  OnnxFile input(String name, Object... sizes) {
    return input(name, Onnx.TensorProto.DataType.FLOAT, sizes);
  }

  OnnxFile input(String name, Onnx.TensorProto.DataType element, Object... sizes) {
    graph.addInput(info(name, element, sizes));
    return this;
  }

  OnnxFile output(String name) {
    graph.addOutputBuilder().setName(name);
    return this;
  }

  OnnxFile weight(String name, List<Long> dims, float... elements) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * elements.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float element : elements) {
      bytes.putFloat(element);
    }
    graph
        .addInitializerBuilder()
        .setName(name)
        .setDataType(Onnx.TensorProto.DataType.FLOAT_VALUE)
        .addAllDims(dims)
        .setRawData(ByteString.copyFrom(bytes.flip()));
    return this;
  }

  OnnxFile node(String output, String operator, String... inputs) {
    graph
        .addNodeBuilder()
        .setName(output + "_node")
        .setOpType(operator)
        .addAllInput(List.of(inputs))
        .addOutput(output);
    return this;
  }

  Path write(Path file) throws IOException {
    return Files.write(file, model.build().toByteArray());
  }

  private static Onnx.ValueInfoProto info(
      String name, Onnx.TensorProto.DataType element, Object... sizes) {
    var info = Onnx.ValueInfoProto.newBuilder().setName(name);
    var tensor = info.getTypeBuilder().getTensorTypeBuilder().setElemType(element.getNumber());
    for (Object size : sizes) {
      var dimension = tensor.getShapeBuilder().addDimBuilder();
      switch (size) {
        case String symbol -> dimension.setDimParam(symbol);
        case Integer number -> dimension.setDimValue(number);
        default -> throw new IllegalArgumentException("no size: " + size);
      }
    }
    return info.build();
  }

  /** Returns the floats that lie in a segment. */
  static List<Float> floats(MemorySegment bytes) {
    return bytes
        .elements(ValueLayout.JAVA_FLOAT_UNALIGNED)
        .map(element -> element.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0))
        .toList();
  }
}
