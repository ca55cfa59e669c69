package dev.miser.testmodels.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.miser.compiler.Miser;
import dev.miser.compiler.Options;
import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Reference;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Function;
import dev.miser.ir.plan.Target;
import dev.miser.onnx.ImportOptions;
import dev.miser.onnx.ImportedModel;
import dev.miser.onnx.OnnxImporter;
import dev.miser.runtime.Instance;
import dev.miser.testmodels.numerics.Bound;
import dev.miser.testmodels.numerics.Safetensors;
import dev.miser.testmodels.numerics.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Twenty models that PyTorch's exporter wrote, with its results for two inputs each: imported,
 * evaluated in double, and run in emitted kernels, within the bounds that the data states.
 */
class PytorchModelsTest {
  private static Path folder() {
    return Shared.folder("numerics/models");
  }

  /** The entries of the index by name. */
  private static Map<String, JsonObject> index() throws IOException {
    var entries = new TreeMap<String, JsonObject>();
    JsonObject index =
        JsonParser.parseString(Files.readString(folder().resolve("index.json"))).getAsJsonObject();
    for (JsonElement model : index.getAsJsonArray("models")) {
      entries.put(model.getAsJsonObject().get("name").getAsString(), model.getAsJsonObject());
    }
    return entries;
  }

  static List<String> names() throws IOException {
    return List.copyOf(index().keySet());
  }

  @ParameterizedTest
  @MethodSource("names")
  void resultsStayWithinTheirBounds(String name) throws IOException {
    JsonObject entry = index().get(name);
    if (entry == null) {
      throw new AssertionError("the index has no " + name);
    }
    Path model = folder().resolve(name).resolve("model.onnx");
    ImportedModel imported = OnnxImporter.read(model, ImportOptions.NONE);
    Function function = imported.function();
    Instance instance =
        Miser.compile(function)
            .target(Target.of(256, 2))
            .weights(imported.weights())
            .with(options -> options.withCache(Options.CachePolicy.IGNORE))
            .build()
            .instantiate();
    var complaints = new ArrayList<String>();
    for (JsonElement element : entry.getAsJsonArray("samples")) {
      JsonObject sample = element.getAsJsonObject();
      String file = sample.get("file").getAsString();
      Map<String, Tensor> tensors = Safetensors.read(folder().resolve(name).resolve(file));
      List<Tensor> evaluated = evaluated(imported, tensors);
      List<Tensor> run = run(instance, function, tensors);
      for (int i = 0; i < function.results().size(); i++) {
        String output = function.results().get(i).name();
        Tensor expected = tensors.get("out." + output);
        if (expected == null) {
          throw new AssertionError("the data has no output " + output);
        }
        double ofGraph = entry.getAsJsonObject("graph_float64_rel").get(output).getAsDouble();
        complain(
            complaints,
            file + " in double: " + output,
            bound(Math.max(1e-7, 4 * ofGraph)).complaint(expected, evaluated.get(i)));
        complain(
            complaints,
            file + " in kernels: " + output,
            bound(Math.max(5e-6, 8 * float32Error(sample, output)))
                .complaint(expected, run.get(i)));
      }
    }
    assertEquals(List.of(), complaints);
  }

  private static double float32Error(JsonObject sample, String output) {
    JsonObject error = sample.getAsJsonObject("float32_error").getAsJsonObject(output);
    return error == null || !error.has("rel") ? 0 : error.get("rel").getAsDouble();
  }

  private static Bound bound(double relative) {
    return new Bound(relative, Double.POSITIVE_INFINITY);
  }

  private static void complain(List<String> complaints, String what, @Nullable String complaint) {
    if (complaint != null) {
      complaints.add(what + " " + complaint);
    }
  }

  private static List<Tensor> evaluated(ImportedModel imported, Map<String, Tensor> sample) {
    return Reference.evaluate(
            imported.function(),
            parameter -> {
              String name = parameter.value().name();
              Tensor given = sample.get("in." + name);
              if (given != null) {
                return given;
              }
              var weight = imported.weights().tensors().get(name);
              if (weight == null) {
                throw new AssertionError("no elements for " + name);
              }
              return Tensor.read(weight.type(), weight.bytes());
            },
            Precision.DOUBLE)
        .results();
  }

  private static List<Tensor> run(
      Instance instance, Function function, Map<String, Tensor> sample) {
    sample.forEach((name, tensor) -> {
      if (name.startsWith("in.")) {
        instance.input(name.substring(3)).copyFrom(tensor.toLiteral().bytes());
      }
    });
    instance.step();
    var results = new ArrayList<Tensor>();
    for (int i = 0; i < function.results().size(); i++) {
      results.add(Tensor.read(function.results().get(i).type(), instance.result(i)));
    }
    return results;
  }
}
