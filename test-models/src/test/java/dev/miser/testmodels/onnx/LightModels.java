package dev.miser.testmodels.onnx;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.miser.frontend.weights.Tensor;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.proto.Onnx.ModelProto;
import dev.miser.onnx.proto.Onnx.NodeProto;
import dev.miser.onnx.proto.Onnx.StringStringEntryProto;
import dev.miser.onnx.proto.Onnx.TensorProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Six CNNs whose files hold no weights: each constant that stands for one is replaced by numbers of
 * a stated stream, which lie in a file beside the model.
 *
 * @param spec what the weights and the input are drawn from
 * @param folder where the recorded outputs lie
 */
record LightModels(Path folder, JsonObject spec) {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  static LightModels read(Path folder) throws IOException {
    String spec = Files.readString(folder.resolve("spec.json"));
    return new LightModels(folder, JsonParser.parseString(spec).getAsJsonObject());
  }

  /** Writes the model with weights; its second result is what enters the last softmax. */
  Path write(Path suite, Path target) throws IOException {
    String name = folder.getFileName().toString();
    ModelProto plain =
        ModelProto.parseFrom(Files.readAllBytes(suite.resolve("data/light/" + name + ".onnx")));
    var model = plain.toBuilder();
    var graph = model.getGraphBuilder().clearNode();
    List<String> held =
        plain.getGraph().getInitializerList().stream().map(TensorProto::getName).toList();
    var weights = new ArrayList<JsonObject>();
    for (JsonElement weight : spec.getAsJsonArray("weights")) {
      weights.add(weight.getAsJsonObject());
    }
    String softmax = "";
    int index = 0;
    long offset = 0;
    try (var file =
        FileChannel.open(
            target.resolve("weights.bin"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (NodeProto node : plain.getGraph().getNodeList()) {
        if (node.getOpType().equals("ConstantOfShape") && held.contains(node.getInput(0))) {
          ByteBuffer elements = stream(weights.get(index++));
          graph.addInitializer(external(node.getOutput(0), weights.get(index - 1), offset));
          offset += elements.remaining();
          while (elements.hasRemaining()) {
            file.write(elements);
          }
        } else {
          graph.addNode(node);
          softmax = node.getOpType().equals("Softmax") ? node.getInput(0) : softmax;
        }
      }
    }
    graph.addOutputBuilder().setName(softmax);
    return Files.write(target.resolve("model.onnx"), model.build().toByteArray());
  }

  private static TensorProto external(String name, JsonObject weight, long offset) {
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(TensorProto.DataType.FLOAT_VALUE)
        .addAllDims(shape(weight).dims())
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(entry("location", "weights.bin"))
        .addExternalData(entry("offset", String.valueOf(offset)))
        .build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  String inputName() {
    return spec.getAsJsonObject("input").get("name").getAsString();
  }

  Tensor input() {
    JsonObject input = spec.getAsJsonObject("input");
    return new Tensor(
        new TensorType(ElementType.F32, shape(input)), MemorySegment.ofBuffer(stream(input)));
  }

  /** Returns a recorded result. */
  dev.miser.ir.eval.Tensor recorded(int output, TensorType type) {
    try {
      byte[] bytes = Files.readAllBytes(folder.resolve("out_" + output + ".bin"));
      return dev.miser.ir.eval.Tensor.read(type, MemorySegment.ofArray(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Shape shape(JsonObject tensor) {
    var dims = new ArrayList<Long>();
    tensor.getAsJsonArray("shape").forEach(dim -> dims.add(dim.getAsLong()));
    return new Shape(dims);
  }

  /** SplitMix64 (Steele, Lea and Flood, 2014), as the folder's README states the stream. */
  private ByteBuffer stream(JsonObject tensor) {
    long state = spec.get("seed").getAsLong() + (tensor.get("index").getAsLong() + 1) * GOLDEN;
    double low = tensor.get("lo").getAsDouble();
    double high = tensor.get("hi").getAsDouble();
    int count = Math.toIntExact(shape(tensor).elementCount());
    ByteBuffer out = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      long z = state + (i + 1) * GOLDEN;
      z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
      z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
      z ^= z >>> 31;
      out.putFloat((float) (low + (high - low) * ((z >>> 40) * 0x1p-24)));
    }
    return out.flip();
  }
}
