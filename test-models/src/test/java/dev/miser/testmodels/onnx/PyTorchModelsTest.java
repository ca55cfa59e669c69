package dev.miser.testmodels.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.miser.frontend.weights.Safetensors;
import dev.miser.frontend.weights.Tensor;
import dev.miser.ir.eval.Inputs;
import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Reference;
import dev.miser.onnx.ImportOptions;
import dev.miser.onnx.ImportedModel;
import dev.miser.onnx.OnnxImporter;
import dev.miser.testmodels.numerics.Bound;
import dev.miser.testmodels.numerics.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Models as PyTorch exports them, with all the noise of real exports: evaluated in double and run
 * in emitted kernels, within the bounds that are recorded with them.
 */
class PyTorchModelsTest {
  @TestFactory
  Stream<DynamicTest> modelsStayWithinTheirBounds() throws IOException {
    Path folder = Shared.folder("numerics/models");
    JsonObject index =
        JsonParser.parseString(Files.readString(folder.resolve("index.json"))).getAsJsonObject();
    var models = new ArrayList<JsonObject>();
    index.getAsJsonArray("models").forEach(model -> models.add(model.getAsJsonObject()));
    assertEquals(20, models.size());
    return models.stream()
        .map(model ->
            DynamicTest.dynamicTest(
                model.get("name").getAsString(),
                () -> check(folder.resolve(model.get("directory").getAsString()), model)));
  }

  private static void check(Path folder, JsonObject model) {
    ImportedModel imported = OnnxImporter.read(folder.resolve("model.onnx"), ImportOptions.NONE);
    KernelRun kernels = KernelRun.of(imported.function(), imported.weights());
    var complaints = new ArrayList<String>();
    for (JsonElement sample : model.getAsJsonArray("samples")) {
      String file = sample.getAsJsonObject().get("file").getAsString();
      Map<String, Tensor> tensors = Safetensors.read(folder.resolve(file)).tensors();
      Map<String, Tensor> inputs = new LinkedHashMap<>();
      tensors.forEach((name, tensor) -> {
        if (name.startsWith("in.")) {
          inputs.put(name.substring("in.".length()), tensor);
        }
      });
      var exact =
          Reference.evaluate(imported.function(), elements(imported, inputs), Precision.DOUBLE)
              .results();
      var found = kernels.step(inputs);
      for (int i = 0; i < found.size(); i++) {
        String name = imported.function().results().get(i).name();
        Tensor recorded = tensors.get("out." + name);
        if (recorded == null) {
          complaints.add(file + " has no output " + name);
          continue;
        }
        var expected = dev.miser.ir.eval.Tensor.read(recorded.type(), recorded.bytes());
        double error = error(sample.getAsJsonObject(), name);
        double graph = number(model.getAsJsonObject("graph_float64_rel"), name);
        complain(
            complaints,
            file + " in double, " + name,
            new Bound(Math.max(1e-7, 4 * graph), Double.POSITIVE_INFINITY)
                .complaint(expected, exact.get(i)));
        complain(
            complaints,
            file + " in kernels, " + name,
            new Bound(Math.max(5e-6, 8 * error), Double.POSITIVE_INFINITY)
                .complaint(expected, found.get(i)));
      }
    }
    assertEquals(List.of(), complaints);
  }

  private static void complain(
      List<String> complaints, String where, @org.jspecify.annotations.Nullable String complaint) {
    if (complaint != null) {
      complaints.add(where + " " + complaint);
    }
  }

  /** Integers have no error recorded: they must be equal. */
  private static double error(JsonObject sample, String output) {
    JsonElement error = sample.getAsJsonObject("float32_error").get(output);
    return error == null || error.isJsonNull() ? 0 : number(error.getAsJsonObject(), "rel");
  }

  private static double number(JsonObject object, String name) {
    JsonElement found = object.get(name);
    return found == null || found.isJsonNull() ? 0 : found.getAsDouble();
  }

  private static Inputs elements(ImportedModel imported, Map<String, Tensor> inputs) {
    return parameter -> {
      String name = parameter.value().name();
      Tensor found = inputs.getOrDefault(name, imported.weights().tensors().get(name));
      if (found == null) {
        throw new IllegalStateException("no elements for " + name);
      }
      return dev.miser.ir.eval.Tensor.read(found.type(), found.bytes());
    };
  }
}
