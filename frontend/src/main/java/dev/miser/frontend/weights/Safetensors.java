package dev.miser.frontend.weights;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.miser.ir.diag.Code;
import dev.miser.ir.type.ElementType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * A safetensors file, checked and mapped: the length of a JSON header (eight bytes, little-endian),
 * the header, and the bytes of all tensors.
 *
 * @param tensors by name, in the order of the header; their bytes lie in the mapped file
 * @param metadata the strings under {@code __metadata__}
 */
public record Safetensors(SequencedMap<String, Tensor> tensors, Map<String, String> metadata) {
  /** A header above this is not read, whatever the size of the file. */
  static final long MAX_HEADER_BYTES = 32L << 20;

  /** The bytes in front of the header, which hold its length. */
  static final int PREFIX = 8;

  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  public Safetensors {
    tensors = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(tensors));
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }

  /**
   * Maps a file and checks its header: well-formed, every element type known, every range inside
   * the file and as large as its shape says, none overlapping and nothing left between them.
   *
   * @throws dev.miser.ir.diag.DiagnosticException with everything that is wrong
   */
  public static Safetensors read(Path file) {
    MemorySegment bytes = FileBytes.map(file);
    if (bytes.byteSize() < PREFIX) {
      throw FileBytes.refused(
          Code.WEIGHTS_HEADER, file, "it has " + bytes.byteSize() + " bytes, expected 8 or more");
    }
    long length = bytes.get(LENGTH, 0);
    long room = Math.min(bytes.byteSize() - PREFIX, MAX_HEADER_BYTES);
    if (length < 0 || length > room) {
      String most = "the most it could have is " + room;
      throw FileBytes.refused(
          Code.WEIGHTS_HEADER,
          file,
          "its header claims " + Long.toUnsignedString(length) + " bytes, " + most);
    }
    var header = new SafetensorsHeader(file, bytes.asSlice(PREFIX, length));
    return header.read(bytes.asSlice(PREFIX + length));
  }

  /**
   * Writes tensors in this order. The file is there when this returns, and complete; when it
   * throws, what was there before remains.
   *
   * @throws dev.miser.ir.diag.DiagnosticException if it cannot be written
   */
  public static void write(Path file, SequencedMap<String, Tensor> tensors) {
    var header = new JsonObject();
    var pieces = new ArrayList<MemorySegment>();
    long offset = 0;
    for (Map.Entry<String, Tensor> entry : tensors.sequencedEntrySet()) {
      Tensor tensor = entry.getValue();
      long end = offset + tensor.bytes().byteSize();
      var info = new JsonObject();
      info.addProperty("dtype", dtype(tensor.type().element()));
      info.add("shape", array(tensor.type().shape().dims()));
      info.add("data_offsets", array(List.of(offset, end)));
      header.add(entry.getKey(), info);
      pieces.add(tensor.bytes());
      offset = end;
    }
    byte[] text = padded(header.toString());
    MemorySegment head = MemorySegment.ofArray(new byte[PREFIX + text.length]);
    head.set(LENGTH, 0, text.length);
    MemorySegment.copy(text, 0, head, ValueLayout.JAVA_BYTE, PREFIX, text.length);
    pieces.addFirst(head);
    FileBytes.write(file, pieces);
  }

  private static com.google.gson.JsonArray array(List<Long> numbers) {
    var array = new com.google.gson.JsonArray();
    numbers.forEach(number -> array.add(new JsonPrimitive(number)));
    return array;
  }

  /** Returns the text with spaces behind it, so that the tensors start at a multiple of eight. */
  private static byte[] padded(String text) {
    int length = text.getBytes(StandardCharsets.UTF_8).length;
    return (text + " ".repeat(-length & 7)).getBytes(StandardCharsets.UTF_8);
  }

  /** Returns the name of an element type in such files: its name in text, in capitals. */
  static String dtype(ElementType element) {
    return element.name();
  }
}
