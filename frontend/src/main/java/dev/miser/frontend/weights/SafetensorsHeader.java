package dev.miser.frontend.weights;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import dev.miser.frontend.Limits;
import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.diag.Place;
import dev.miser.ir.diag.RuleViolation;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.io.IOException;
import java.io.Reader;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Reads the header of a safetensors file and refuses whatever its format does not allow. */
final class SafetensorsHeader {
  private static final String METADATA = "__metadata__";

  /** What the header says of one tensor: bytes [start, end) of those behind the header. */
  private record Entry(String name, TensorType type, long start, long end) {}

  /** Something that the format does not allow; the message says what. */
  private static final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    Malformed(String message) {
      super(message, null, false, false);
    }
  }

  private final Path file;
  private final MemorySegment text;
  private final List<Diagnostic> wrong = new ArrayList<>();
  private final SequencedMap<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  SafetensorsHeader(Path file, MemorySegment text) {
    this.file = file;
    this.text = text;
  }

  /** Returns the tensors, which lie in {@code data}; throws with everything that is wrong. */
  Safetensors read(MemorySegment data) {
    try {
      parse();
    } catch (CharacterCodingException e) {
      throw FileBytes.refused(Code.WEIGHTS_HEADER, file, "its header is not UTF-8");
    } catch (MalformedJsonException | java.io.EOFException e) {
      throw FileBytes.refused(Code.WEIGHTS_HEADER, file, "its header is not JSON");
    } catch (IOException | Malformed e) {
      throw FileBytes.refused(Code.WEIGHTS_HEADER, file, String.valueOf(e.getMessage()));
    }
    checkRanges(data.byteSize());
    if (!wrong.isEmpty()) {
      throw new DiagnosticException(wrong);
    }
    var tensors = new LinkedHashMap<String, Tensor>();
    for (Entry entry : entries.values()) {
      MemorySegment bytes = data.asSlice(entry.start, entry.end - entry.start);
      tensors.put(entry.name, new Tensor(entry.type, bytes));
    }
    return new Safetensors(tensors, metadata);
  }

  private void parse() throws IOException, Malformed {
    var decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    // The header's limit keeps it within a buffer.
    var bytes = new SegmentChannel(text.asByteBuffer());
    try (Reader chars = Channels.newReader(bytes, decoder, 1 << 16);
        var json = new JsonReader(chars)) {
      json.setStrictness(Strictness.STRICT);
      expect(json, JsonToken.BEGIN_OBJECT, "its header");
      json.beginObject();
      while (json.hasNext()) {
        String name = json.nextName();
        if (name.equals(METADATA)) {
          metadata(json);
        } else {
          if (entries.containsKey(name)) {
            throw new Malformed("it has two tensors '" + name + "'");
          }
          Entry entry = entry(json, name);
          if (entry != null) {
            entries.put(name, entry);
          }
        }
      }
      json.endObject();
      expect(json, JsonToken.END_DOCUMENT, "what follows its header");
    }
  }

  private void metadata(JsonReader json) throws IOException, Malformed {
    expect(json, JsonToken.BEGIN_OBJECT, METADATA);
    json.beginObject();
    while (json.hasNext()) {
      String key = json.nextName();
      expect(json, JsonToken.STRING, METADATA + " '" + key + "'");
      if (metadata.put(key, json.nextString()) != null) {
        throw new Malformed(METADATA + " has two entries '" + key + "'");
      }
    }
    json.endObject();
  }

  /** Returns what is said of a tensor, or null if its type has been reported as wrong. */
  private @Nullable Entry entry(JsonReader json, String name) throws IOException, Malformed {
    String owner = "tensor '" + name + "'";
    String dtype = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    expect(json, JsonToken.BEGIN_OBJECT, owner);
    json.beginObject();
    while (json.hasNext()) {
      String key = json.nextName();
      switch (key) {
        case "dtype" -> {
          requireFirst(dtype, owner, key);
          expect(json, JsonToken.STRING, owner + ": dtype");
          dtype = json.nextString();
        }
        case "shape" -> {
          requireFirst(shape, owner, key);
          shape = numbers(json, owner + ": shape", Shape.MAX_RANK);
        }
        case "data_offsets" -> {
          requireFirst(offsets, owner, key);
          offsets = numbers(json, owner + ": data_offsets", 2);
        }
        default -> throw new Malformed(owner + " has the unknown key '" + key + "'");
      }
    }
    json.endObject();
    if (dtype == null || shape == null || offsets == null || offsets.size() != 2) {
      throw new Malformed(owner + " needs dtype, shape and two data_offsets");
    }
    return entry(name, dtype, shape, offsets);
  }

  private @Nullable Entry entry(String name, String dtype, List<Long> shape, List<Long> offsets) {
    ElementType element =
        Arrays.stream(ElementType.values())
            .filter(type -> Safetensors.dtype(type).equals(dtype))
            .findFirst()
            .orElse(null);
    if (element == null) {
      report(name, "its dtype " + dtype + " is none that programs have");
      return null;
    }
    try {
      var type = new TensorType(element, new Shape(shape));
      return new Entry(name, type, offsets.getFirst(), offsets.getLast());
    } catch (RuleViolation violation) {
      report(name, violation.text());
      return null;
    }
  }

  private static void requireFirst(@Nullable Object given, String owner, String key)
      throws Malformed {
    if (given != null) {
      throw new Malformed(owner + " has two entries '" + key + "'");
    }
  }

  private static List<Long> numbers(JsonReader json, String owner, int most)
      throws IOException, Malformed {
    var numbers = new ArrayList<Long>();
    expect(json, JsonToken.BEGIN_ARRAY, owner);
    json.beginArray();
    while (json.hasNext()) {
      expect(json, JsonToken.NUMBER, owner);
      String number = json.nextString();
      if (!number.matches("[0-9]{1,18}")) {
        throw new Malformed(owner + ": found " + number + ", expected a size");
      }
      if (numbers.size() == most) {
        throw new Malformed(owner + " has more than " + most + " entries");
      }
      numbers.add(Long.parseLong(number));
    }
    json.endArray();
    return numbers;
  }

  private static void expect(JsonReader json, JsonToken expected, String owner)
      throws IOException, Malformed {
    JsonToken found = json.peek();
    if (found != expected) {
      throw new Malformed(owner + ": found " + words(found) + ", expected " + words(expected));
    }
  }

  private static String words(JsonToken token) {
    return switch (token) {
      case BEGIN_ARRAY -> "a list";
      case END_ARRAY -> "the end of a list";
      case BEGIN_OBJECT -> "an object";
      case END_OBJECT -> "the end of an object";
      case NAME -> "a name";
      case STRING -> "a string";
      case NUMBER -> "a number";
      case BOOLEAN -> "true or false";
      case NULL -> "null";
      case END_DOCUMENT -> "the end";
    };
  }

  private void checkRanges(long size) {
    List<Entry> inOrder =
        entries.values().stream()
            .sorted(Comparator.comparingLong(Entry::start).thenComparingLong(Entry::end))
            .toList();
    long end = 0;
    for (Entry entry : inOrder) {
      String range = "bytes " + entry.start + " to " + entry.end;
      if (entry.start > entry.end || entry.end > size) {
        report(entry.name, range + " are not within the file's " + size);
      } else if (entry.end - entry.start != entry.type.byteCount()) {
        report(
            entry.name,
            range + " do not hold " + entry.type + ", which has " + entry.type.byteCount());
      } else if (entry.start != end && wrong.isEmpty()) {
        String what = entry.start < end ? "overlap another tensor's" : "leave a gap before them";
        report(entry.name, range + " " + what + ", expected a start of " + end);
      }
      end = Math.max(end, entry.end);
    }
    if (end != size && wrong.isEmpty()) {
      wrong.add(
          Diagnostic.error(
              Code.WEIGHTS_HEADER,
              Place.NONE,
              file,
              "its tensors end at " + end + ", its data at " + size));
    }
  }

  private void report(String name, String what) {
    if (wrong.size() < Limits.ERRORS) {
      wrong.add(Diagnostic.error(Code.WEIGHTS_RANGE, Place.NONE, name, file, what));
    }
  }
}
