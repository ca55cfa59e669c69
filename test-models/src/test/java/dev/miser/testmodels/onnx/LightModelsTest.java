package dev.miser.testmodels.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.miser.compiler.Miser;
import dev.miser.compiler.Options;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Convolution;
import dev.miser.ir.op.Dot;
import dev.miser.ir.op.Op;
import dev.miser.ir.plan.Target;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.ImportOptions;
import dev.miser.onnx.ImportedModel;
import dev.miser.onnx.OnnxImporter;
import dev.miser.onnx.proto.Onnx.GraphProto;
import dev.miser.onnx.proto.Onnx.ModelProto;
import dev.miser.onnx.proto.Onnx.NodeProto;
import dev.miser.onnx.proto.Onnx.StringStringEntryProto;
import dev.miser.onnx.proto.Onnx.TensorProto;
import dev.miser.onnx.proto.Onnx.ValueInfoProto;
import dev.miser.runtime.Instance;
import dev.miser.testmodels.numerics.Bound;
import dev.miser.testmodels.numerics.Shared;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Six published image networks in full size, with weights made by a rule, in emitted kernels
 * against ONNX Runtime. The reference evaluator would take minutes for each, so it has no part.
 */
class LightModelsTest {
  /** Half a unit in the last place of a float, relatively. */
  private static final double ROUNDING = 0x1p-24;

  private static final String WEIGHTS = "weights.bin";

  @ParameterizedTest
  @ValueSource(
      strings = {"bvlc_alexnet", "resnet50", "shufflenet", "squeezenet", "vgg19", "zfnet512"})
  void logitsAreThoseOfOnnxRuntime(String name, @TempDir Path folder) throws IOException {
    Path data = Shared.folder("data/onnx/light-random").resolve("light_" + name);
    JsonObject spec =
        JsonParser.parseString(Files.readString(data.resolve("spec.json"))).getAsJsonObject();
    long seed = spec.get("seed").getAsLong();
    Path plain = data.resolve("../../data/light/light_" + name + ".onnx");
    ModelProto model = ModelProto.parseFrom(Files.readAllBytes(plain));
    Path edited = folder.resolve("model.onnx");
    ModelProto withWeights = withWeights(model, spec.getAsJsonArray("weights"), seed, folder);
    Files.write(edited, withWeights.toByteArray());

    ImportedModel imported = OnnxImporter.read(edited, ImportOptions.NONE);
    Function function = imported.function();
    Instance instance =
        Miser.compile(function)
            .target(Target.of(256, 2))
            .weights(imported.weights())
            .with(options -> options.withCache(Options.CachePolicy.IGNORE))
            .build()
            .instantiate();
    JsonObject input = spec.getAsJsonObject("input");
    MemorySegment image =
        MemorySegment.ofArray(new float[Math.toIntExact(count(input.getAsJsonArray("shape")))]);
    fill(image, input, seed);
    instance.input(input.get("name").getAsString()).copyFrom(image);
    instance.step();

    TensorType type = function.results().getFirst().type();
    Tensor found = Tensor.read(type, instance.result(0));
    Tensor expected =
        Tensor.read(type, MemorySegment.ofArray(Files.readAllBytes(data.resolve("out_1.bin"))));
    double spread =
        Arrays.stream(expected.doubles()).max().orElse(0)
            - Arrays.stream(expected.doubles()).min().orElse(0);
    assertTrue(spread > 1, "the data can tell results apart");
    assertNull(new Bound(bound(function), Double.POSITIVE_INFINITY).complaint(expected, found));
  }

  /**
   * How far two programs in f32 may be apart, relatively to the largest logit. A sum of n products
   * whose signs are random is wrong by less than sqrt(n) roundings; layers with random weights hand
   * errors on as they hand on numbers, so that relatively they neither grow nor shrink, and add up.
   * That is 2e-5 to 9e-5 here, of which less than a tenth is used; one wrong tensor of weights
   * makes a difference near 1.
   */
  private static double bound(Function function) {
    double sum = 0;
    for (Instruction instruction : function.body()) {
      sum += Math.sqrt((double) addends(instruction.op()));
    }
    return sum * ROUNDING;
  }

  private static long addends(Op op) {
    return switch (op) {
      case Dot dot -> dot.inner();
      case Convolution convolution ->
          convolution.weights().type().elementCount() / convolution.weights().type().dim(0);
      // Norms, pools and elementwise operations add few numbers, or none.
      case Op other -> 0;
    };
  }

  /** Every ConstantOfShape of an initializer becomes a tensor of the stream; the end is cut off. */
  private static ModelProto withWeights(ModelProto model, JsonArray specs, long seed, Path folder)
      throws IOException {
    GraphProto old = model.getGraph();
    Set<String> shapes = new HashSet<>();
    old.getInitializerList().forEach(initializer -> shapes.add(initializer.getName()));
    GraphProto.Builder graph = old.toBuilder().clearNode().clearOutput();
    long offset = 0;
    int index = 0;
    String logits = "";
    try (Arena arena = Arena.ofShared();
        FileChannel file =
            FileChannel.open(
                folder.resolve(WEIGHTS),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
      MemorySegment all = file.map(MapMode.READ_WRITE, 0, bytes(specs), arena);
      for (NodeProto node : old.getNodeList()) {
        if (!node.getOpType().equals("ConstantOfShape") || !shapes.contains(node.getInput(0))) {
          graph.addNode(node);
          logits = node.getOpType().equals("Softmax") ? node.getInput(0) : logits;
          continue;
        }
        JsonObject spec = specs.get(index).getAsJsonObject();
        assertEquals(index, spec.get("index").getAsInt());
        assertEquals(node.getOutput(0), spec.get("tensor").getAsString());
        long length = 4 * count(spec.getAsJsonArray("shape"));
        fill(all.asSlice(offset, length), spec, seed);
        graph.addInitializer(outside(spec, offset, length));
        offset += length;
        index++;
      }
    }
    assertEquals(specs.size(), index);
    graph.addOutput(ValueInfoProto.newBuilder().setName(logits));
    return model.toBuilder().setGraph(graph).build();
  }

  private static TensorProto outside(JsonObject spec, long offset, long length) {
    var tensor =
        TensorProto.newBuilder()
            .setName(spec.get("tensor").getAsString())
            .setDataType(TensorProto.DataType.FLOAT.getNumber())
            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
            .addExternalData(entry("location", WEIGHTS))
            .addExternalData(entry("offset", String.valueOf(offset)))
            .addExternalData(entry("length", String.valueOf(length)));
    for (JsonElement dim : spec.getAsJsonArray("shape")) {
      tensor.addDims(dim.getAsLong());
    }
    return tensor.build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private static long bytes(JsonArray specs) {
    long bytes = 0;
    for (JsonElement spec : specs) {
      bytes += 4 * count(spec.getAsJsonObject().getAsJsonArray("shape"));
    }
    return bytes;
  }

  private static long count(JsonArray shape) {
    long count = 1;
    for (JsonElement dim : shape) {
      count *= dim.getAsLong();
    }
    return count;
  }

  /** Writes one tensor of the stream, as the data's README defines it. */
  private static void fill(MemorySegment tensor, JsonObject spec, long seed) {
    double low = spec.get("lo").getAsDouble();
    double high = spec.get("hi").getAsDouble();
    long start = seed + (spec.get("index").getAsLong() + 1) * 0x9E3779B97F4A7C15L;
    int elements = Math.toIntExact(tensor.byteSize() / 4);
    IntStream.range(0, elements)
        .parallel()
        .forEach(i -> {
          long z = start + (i + 1) * 0x9E3779B97F4A7C15L;
          z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
          z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
          z = z ^ (z >>> 31);
          double unit = (z >>> 40) * 0x1p-24;
          tensor.setAtIndex(
              ValueLayout.JAVA_FLOAT_UNALIGNED, i, (float) (low + (high - low) * unit));
        });
  }
}
