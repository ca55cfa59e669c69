package dev.miser.driver;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.diag.Place;
import dev.miser.ir.plan.Buffer;
import dev.miser.passes.memory.report.PlanSummary;
import dev.miser.passes.memory.report.PlanSummary.Measure;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code miser plan --json} once printed, read back to be compared. */
final class SavedPlan {
  /** Thrown where the text is not what was printed. */
  private static final class Malformed extends RuntimeException {
    private static final long serialVersionUID = 1;

    Malformed(String message) {
      super(message);
    }
  }

  private SavedPlan() {}

  /** Returns whether a file holds JSON; every other program text begins otherwise. */
  static boolean isJson(Path file) {
    try (Reader in = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      int c = in.read();
      while (c >= 0 && Character.isWhitespace(c)) {
        c = in.read();
      }
      return c == '{';
    } catch (IOException unreadable) {
      return false; // the reader of programs says why
    }
  }

  /** Reads a saved plan, or refuses it. */
  static PlanSummary read(Path file) {
    try {
      JsonElement json = JsonParser.parseString(Files.readString(file));
      return summary(json.getAsJsonObject());
    } catch (IOException e) {
      throw refusal(file, "it cannot be read as UTF-8 text");
    } catch (JsonParseException | Malformed e) {
      throw refusal(file, e.getMessage());
    }
  }

  private static DiagnosticException refusal(Path file, @Nullable String why) {
    String reason = String.valueOf(why).lines().findFirst().orElse("");
    return new DiagnosticException(Diagnostic.error(Code.PLAN_JSON, Place.NONE, file, reason));
  }

  private static PlanSummary summary(JsonObject json) {
    JsonObject memory = object(json, "memory");
    JsonObject certificate = object(memory, "certificate");
    var measures = new EnumMap<Measure, Long>(Measure.class);
    long arena = bytes(memory, "arena_bytes");
    long transientBytes = bytes(memory, "transient_bytes");
    measures.put(Measure.ARENA, arena);
    measures.put(Measure.PERSISTENT, arena - transientBytes);
    measures.put(Measure.TRANSIENT, transientBytes);
    measures.put(Measure.PEAK, bytes(memory, "peak_bytes"));
    measures.put(Measure.LOAD_BOUND, bytes(certificate, "load_bound"));
    measures.put(Measure.LOWER_BOUND, bytes(certificate, "lower_bound"));
    measures.put(Measure.NAIVE, bytes(certificate, "naive_bytes"));
    var steps = new ArrayList<PlanSummary.Step>();
    for (JsonElement element : array(memory, "steps")) {
      JsonObject step = object(element, "steps");
      steps.add(
          new PlanSummary.Step(
              string(step, "name"), truth(step, "init"), bytes(step, "live_bytes")));
    }
    List<String> names = steps.stream().map(PlanSummary.Step::name).toList();
    var tensors = new ArrayList<PlanSummary.Tensor>();
    for (JsonElement element : array(json, "buffers")) {
      JsonObject buffer = object(element, "buffers");
      tensors.add(
          PlanSummary.Tensor.of(
              string(buffer, "name"),
              kind(string(buffer, "kind")),
              bytes(buffer, "bytes"),
              time(buffer, "start"),
              time(buffer, "end"),
              names));
    }
    return new PlanSummary(string(json, "program"), measures, tensors, steps);
  }

  private static JsonElement field(JsonObject object, String name) {
    JsonElement found = object.get(name);
    if (found == null) {
      throw new Malformed("it has no '" + name + "'");
    }
    return found;
  }

  private static JsonObject object(JsonObject parent, String name) {
    return object(field(parent, name), name);
  }

  private static JsonObject object(JsonElement element, String name) {
    if (!element.isJsonObject()) {
      throw new Malformed("'" + name + "' holds no object");
    }
    return element.getAsJsonObject();
  }

  private static JsonArray array(JsonObject parent, String name) {
    JsonElement found = field(parent, name);
    if (!found.isJsonArray()) {
      throw new Malformed("'" + name + "' is no list");
    }
    return found.getAsJsonArray();
  }

  private static String string(JsonObject parent, String name) {
    JsonElement found = field(parent, name);
    if (!found.isJsonPrimitive() || !found.getAsJsonPrimitive().isString()) {
      throw new Malformed("'" + name + "' is no text");
    }
    return found.getAsString();
  }

  private static boolean truth(JsonObject parent, String name) {
    JsonElement found = field(parent, name);
    if (!found.isJsonPrimitive() || !found.getAsJsonPrimitive().isBoolean()) {
      throw new Malformed("'" + name + "' is neither true nor false");
    }
    return found.getAsBoolean();
  }

  private static int time(JsonObject parent, String name) {
    return (int) number(parent, name, Integer.MAX_VALUE);
  }

  private static long bytes(JsonObject parent, String name) {
    return number(parent, name, Long.MAX_VALUE);
  }

  private static long number(JsonObject parent, String name, long most) {
    JsonElement found = field(parent, name);
    try {
      if (found.isJsonPrimitive()) {
        long number = found.getAsBigDecimal().longValueExact();
        if (number >= 0 && number <= most) {
          return number;
        }
      }
    } catch (ArithmeticException | NumberFormatException notWhole) {
      throw new Malformed("'" + name + "' is " + found + ", expected a whole number");
    }
    throw new Malformed("'" + name + "' is " + found + ", expected a number from 0 to " + most);
  }

  private static Buffer.Kind kind(String text) {
    for (Buffer.Kind kind : Buffer.Kind.values()) {
      if (kind.name().equals(text)) {
        return kind;
      }
    }
    throw new Malformed("'" + text + "' is no kind of buffer");
  }
}
