package dev.miser.testmodels.numerics;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads the tensors of a small safetensors file that is known to be right. */
final class Safetensors {
  private Safetensors() {}

  static Map<String, Tensor> read(Path file) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int length = Math.toIntExact(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(0));
    JsonObject header =
        JsonParser.parseString(new String(bytes, 8, length, StandardCharsets.UTF_8))
            .getAsJsonObject();
    MemorySegment data = MemorySegment.ofArray(bytes).asSlice(8L + length);
    var tensors = new LinkedHashMap<String, Tensor>();
    for (Map.Entry<String, JsonElement> entry : header.entrySet()) {
      if (!entry.getKey().equals("__metadata__")) {
        JsonObject tensor = entry.getValue().getAsJsonObject();
        JsonArray offsets = tensor.getAsJsonArray("data_offsets");
        long begin = offsets.get(0).getAsLong();
        MemorySegment elements = data.asSlice(begin, offsets.get(1).getAsLong() - begin);
        TensorType type = type(tensor.get("dtype").getAsString(), tensor.getAsJsonArray("shape"));
        tensors.put(entry.getKey(), Tensor.read(type, elements));
      }
    }
    return tensors;
  }

  static TensorType type(String dtype, JsonArray shape) {
    ElementType element =
        switch (dtype) {
          case "F64" -> ElementType.F64;
          case "F32" -> ElementType.F32;
          case "I64" -> ElementType.I64;
          case "BOOL" -> ElementType.BOOL;
          default -> throw new IllegalArgumentException("dtype " + dtype);
        };
    var dims = new ArrayList<Long>();
    shape.forEach(dim -> dims.add(dim.getAsLong()));
    return new TensorType(element, new Shape(dims));
  }
}
