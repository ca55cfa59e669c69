package dev.miser.testmodels.onnx;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.miser.frontend.weights.Tensor;
import dev.miser.ir.op.Literal;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.graph.TensorReader;
import dev.miser.onnx.proto.Onnx.ModelProto;
import dev.miser.onnx.proto.Onnx.TensorProto;
import dev.miser.onnx.proto.Onnx.ValueInfoProto;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * One case of the suite: a model, inputs and the outputs they must give.
 *
 * @param name the folder, such as {@code node/test_relu}
 * @param tier 1 to 3
 * @param constants the inputs whose elements must be known at import, by position
 */
public record BackendCase(Path folder, String name, int tier, List<Integer> constants) {
  /** Where the suite lies beside the project; absent in a clone of the project alone. */
  public static final Path SUITE =
      Path.of(System.getProperty("miser.root", ".."), "../shared/data/onnx").normalize();

  /** Returns all cases, in the order of the manifest. */
  public static List<BackendCase> all() throws IOException {
    var cases = new ArrayList<BackendCase>();
    JsonArray manifest =
        JsonParser.parseString(Files.readString(SUITE.resolve("manifest.json"))).getAsJsonArray();
    for (JsonElement element : manifest) {
      JsonObject entry = element.getAsJsonObject();
      String name = entry.get("test").getAsString();
      var constants = new ArrayList<Integer>();
      entry.get("const_inputs").getAsJsonArray().forEach(i -> constants.add(i.getAsInt()));
      cases.add(
          new BackendCase(
              SUITE.resolve("data").resolve(name),
              name,
              entry.get("tier").getAsInt(),
              List.copyOf(constants)));
    }
    return cases;
  }

  /** Returns whether this is a network of full size, whose input is not stored. */
  public boolean isLight() {
    return name.startsWith("light/");
  }

  public Path model() {
    return isLight()
        ? folder.resolveSibling(folder.getFileName() + ".onnx")
        : folder.resolve("model.onnx");
  }

  /** Returns the inputs by name. */
  public SequencedMap<String, Tensor> inputs() throws IOException {
    ModelProto model = ModelProto.parseFrom(Files.readAllBytes(model()));
    var inputs = new LinkedHashMap<String, Tensor>();
    List<ValueInfoProto> declared = model.getGraph().getInputList();
    if (isLight()) {
      // Old files list what they hold among the inputs too, in any order.
      List<String> held =
          model.getGraph().getInitializerList().stream().map(TensorProto::getName).toList();
      declared.stream()
          .filter(input -> !held.contains(input.getName()))
          .forEach(input -> inputs.put(input.getName(), ascending(input)));
    }
    for (int i = 0; Files.exists(data("input_" + i)); i++) {
      inputs.put(declared.get(i).getName(), read(data("input_" + i)));
    }
    return inputs;
  }

  /** Returns the expected outputs in order. */
  public List<Tensor> outputs() throws IOException {
    var outputs = new ArrayList<Tensor>();
    for (int i = 0; Files.exists(data("output_" + i)); i++) {
      outputs.add(read(data("output_" + i)));
    }
    return outputs;
  }

  /** The input of a network of full size: evenly spaced from 0 until before 1. */
  private static Tensor ascending(ValueInfoProto declared) {
    var dims = new ArrayList<Long>();
    declared
        .getType()
        .getTensorType()
        .getShape()
        .getDimList()
        .forEach(dim -> dims.add(dim.getDimValue()));
    var type = new TensorType(ElementType.F32, new Shape(dims));
    MemorySegment bytes = MemorySegment.ofArray(new byte[(int) type.byteCount()]);
    for (long i = 0; i < type.elementCount(); i++) {
      Literal.put(bytes, ElementType.F32, i, (double) i / type.elementCount());
    }
    return new Tensor(type, bytes);
  }

  private Path data(String name) {
    if (isLight()) {
      return folder.resolveSibling(folder.getFileName() + "_" + name + ".pb");
    }
    return folder.resolve("test_data_set_0").resolve(name + ".pb");
  }

  private Tensor read(Path file) throws IOException {
    TensorProto proto = TensorProto.parseFrom(Files.readAllBytes(file));
    if (!proto.hasRawData() && proto.getDimsList().contains(0L)) {
      proto = proto.toBuilder().setRawData(com.google.protobuf.ByteString.EMPTY).build();
    }
    return new TensorReader(MemorySegment.NULL, folder).read(proto);
  }
}
