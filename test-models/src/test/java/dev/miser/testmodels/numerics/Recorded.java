package dev.miser.testmodels.numerics;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.miser.ir.eval.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One recorded case as the index and its file give it: an operation, its attributes, inputs by name
 * and expected outputs by name.
 */
record Recorded(
    String name,
    String op,
    JsonObject attributes,
    Map<String, Tensor> inputs,
    Map<String, Tensor> outputs,
    Map<String, JsonObject> float32Errors) {

  /** Reads every case of the index. */
  static List<Recorded> readAll(Path folder) {
    JsonObject index;
    try {
      index =
          JsonParser.parseString(Files.readString(folder.resolve("index.json"))).getAsJsonObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var cases = new ArrayList<Recorded>();
    for (JsonElement element : index.getAsJsonArray("cases")) {
      cases.add(read(folder, element.getAsJsonObject()));
    }
    return cases;
  }

  private static Recorded read(Path folder, JsonObject entry) {
    Map<String, Tensor> tensors = Safetensors.read(folder.resolve(text(entry, "file")));
    var outputs = new LinkedHashMap<String, Tensor>();
    var errors = new LinkedHashMap<String, JsonObject>();
    for (JsonElement output : entry.getAsJsonArray("outputs")) {
      String name = text(output.getAsJsonObject(), "name");
      outputs.put(name, get(tensors, "out." + name));
      JsonElement error = output.getAsJsonObject().get("float32_error");
      errors.put(name, error == null ? new JsonObject() : error.getAsJsonObject());
    }
    var inputs = new LinkedHashMap<String, Tensor>();
    for (JsonElement input : entry.getAsJsonArray("inputs")) {
      String name = text(input.getAsJsonObject(), "name");
      inputs.put(name, get(tensors, "in." + name));
    }
    return new Recorded(
        text(entry, "name"),
        text(entry, "op"),
        entry.getAsJsonObject("attributes"),
        inputs,
        outputs,
        errors);
  }

  private static Tensor get(Map<String, Tensor> tensors, String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no tensor " + name);
    }
    return tensor;
  }

  private static String text(JsonObject object, String name) {
    return object.get(name).getAsString();
  }

  String text(String attribute) {
    return text(attributes, attribute);
  }

  long integer(String attribute) {
    return attributes.get(attribute).getAsLong();
  }

  int axis() {
    return attributes.get("axis").getAsInt();
  }

  double number(String attribute) {
    return attributes.get(attribute).getAsDouble();
  }

  boolean flag(String attribute) {
    return attributes.get(attribute).getAsBoolean();
  }

  /** Returns whether an attribute is given and not null. */
  boolean has(String attribute) {
    return attributes.has(attribute) && !attributes.get(attribute).isJsonNull();
  }

  List<Long> longs(String attribute) {
    return attributes.getAsJsonArray(attribute).asList().stream()
        .map(JsonElement::getAsLong)
        .toList();
  }

  List<Integer> ints(String attribute) {
    return attributes.getAsJsonArray(attribute).asList().stream()
        .map(JsonElement::getAsInt)
        .toList();
  }

  /** Returns column {@code index} of a list of lists. */
  List<Long> column(String attribute, int index) {
    return attributes.getAsJsonArray(attribute).asList().stream()
        .map(row -> row.getAsJsonArray().get(index).getAsLong())
        .toList();
  }
}
