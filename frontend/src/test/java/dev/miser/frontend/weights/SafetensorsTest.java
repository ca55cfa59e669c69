package dev.miser.frontend.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.op.Literal;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written reads back; a header that breaks any rule of the format is refused by name. */
class SafetensorsTest {
  @TempDir private Path folder;

  @Test
  void readsBackEveryElementType() throws IOException {
    var tensors = new LinkedHashMap<String, Tensor>();
    for (ElementType element : ElementType.values()) {
      TensorType type = TensorType.of(element, 3, 5);
      byte[] bytes = new byte[(int) type.byteCount()];
      new Random(element.bytes()).nextBytes(bytes);
      tensors.put("layer/" + element + " \"quoted\" \u00e9", tensor(type, bytes));
    }
    tensors.put("scalar", tensor(TensorType.of(ElementType.F32), new byte[4]));
    tensors.put("empty", tensor(TensorType.of(ElementType.F64, 3, 0), new byte[0]));
    Path file = folder.resolve("all.safetensors");
    Safetensors.write(file, tensors);
    Safetensors read = Safetensors.read(file);
    assertEquals(List.copyOf(tensors.keySet()), List.copyOf(read.tensors().keySet()));
    tensors.forEach((name, tensor) -> {
      Tensor found = Objects.requireNonNull(read.tensors().get(name));
      assertEquals(tensor.type(), found.type());
      assertEquals(-1, tensor.bytes().mismatch(found.bytes()));
      assertTrue(found.bytes().isReadOnly());
    });
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList(), "nothing else is left behind");
    }
  }

  @Test
  void readsMetadataAndATrailOfSpaces() throws IOException {
    String header =
        "{\"__metadata__\":{\"format\":\"pt\"},"
            + "\"w\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}   ";
    Safetensors read = Safetensors.read(file(header, 2));
    assertEquals(Map.of("format", "pt"), read.metadata());
    assertEquals(TensorType.of(ElementType.U8, 2), read.tensors().firstEntry().getValue().type());
  }

  @Test
  void refusesHeadersThatAreNone() throws IOException {
    header("its header is not JSON", "{\"w\":", 0);
    header("its header is not JSON", "{'w': 1}", 0);
    header("its header is not JSON", "", 0);
    header("its header: found a list, expected an object", "[]", 0);
    header("its header is not JSON", "{} x", 0);
    header(
        "it has two tensors 'w'", "{" + w("U8", "1", "0,1") + "," + w("U8", "1", "0,1") + "}", 1);
    header("tensor 'w': found a number, expected an object", "{\"w\":1}", 0);
    header("tensor 'w' needs dtype, shape and two data_offsets", "{\"w\":{}}", 0);
    header("tensor 'w' has the unknown key 'size'", "{\"w\":{\"size\":1}}", 0);
    header("tensor 'w' has two entries 'dtype'", "{\"w\":{\"dtype\":\"U8\",\"dtype\":\"U8\"}}", 0);
    header("tensor 'w': shape: found -1, expected a size", "{" + w("U8", "-1", "0,1") + "}", 1);
    header("tensor 'w': shape: found 1e3, expected a size", "{" + w("U8", "1e3", "0,1") + "}", 1);
    header(
        "tensor 'w': shape: found a string, expected a number",
        "{" + w("U8", "\"1\"", "0,1") + "}",
        1);
    header(
        "tensor 'w': shape has more than 8 entries",
        "{" + w("U8", "1,1,1,1,1,1,1,1,1", "0,1") + "}",
        1);
    header("tensor 'w' needs dtype, shape and two data_offsets", "{" + w("U8", "1", "0") + "}", 1);
    header(
        "__metadata__ 'a': found a number, expected a string", "{\"__metadata__\":{\"a\":1}}", 0);
    header("its tensors end at 1, its data at 3", "{" + w("U8", "1", "0,1") + "}", 3);
    header("tensor 'a': found a list, expected an object", "{\"a\":" + "[".repeat(100_000), 0);
  }

  private static String w(String dtype, String shape, String offsets) {
    return "\"w\":{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%s]}"
        .formatted(dtype, shape, offsets);
  }

  @Test
  void refusesLengthsThatLie() throws IOException {
    Path file = folder.resolve("short");
    Files.write(file, new byte[7]);
    refused("it has 7 bytes, expected 8 or more [weights.header]", file);
    for (long length : new long[] {3, 1L << 40, -1, Long.MIN_VALUE}) {
      ByteBuffer bytes = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
      Files.write(file, bytes.array());
      String claimed = Long.toUnsignedString(length);
      refused("its header claims " + claimed + " bytes, the most it could have is 2", file);
    }
  }

  @Test
  void refusesRangesThatLie() throws IOException {
    range("bytes 0 to 8 are not within the file's 4", w("F32", "2", "0,8"), 4);
    range("bytes 4 to 0 are not within the file's 4", w("F32", "1", "4,0"), 4);
    range("bytes 0 to 4 do not hold f32[2], which has 8", w("F32", "2", "0,4"), 4);
    range("bytes 4 to 8 leave a gap before them, expected a start of 0", w("F32", "1", "4,8"), 8);
    range(
        "bytes 2 to 6 overlap another tensor's, expected a start of 4",
        "\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}," + w("F32", "1", "2,6"),
        6);
    range("its dtype F8_E4M3 is none that programs have", w("F8_E4M3", "1", "0,1"), 1);
    range(
        "shape [999999999999,999999999999] has more than 1099511627776 elements",
        w("F32", "999999999999,999999999999", "0,4"),
        4);
  }

  @Test
  void tellsOfAllTensorsAtOnce() throws IOException {
    String header =
        "{\"a\":{\"dtype\":\"F31\",\"shape\":[],\"data_offsets\":[0,4]},"
            + w("F32", "1", "4,99")
            + "}";
    var thrown = assertThrows(DiagnosticException.class, () -> Safetensors.read(file(header, 8)));
    assertEquals(2, thrown.diagnostics().size(), thrown::getMessage);
  }

  @Test
  void saysWhyAFileCannotBeWritten() throws IOException {
    var tensors = new LinkedHashMap<String, Tensor>();
    Path nowhere = folder.resolve("none").resolve("x.safetensors");
    var thrown = assertThrows(DiagnosticException.class, () -> Safetensors.write(nowhere, tensors));
    assertTrue(
        String.valueOf(thrown.getMessage()).endsWith(": there is no such folder [file.unwritable]"),
        thrown::getMessage);
    var onFolder =
        assertThrows(DiagnosticException.class, () -> Safetensors.write(folder, tensors));
    assertTrue(
        String.valueOf(onFolder.getMessage()).contains("it is a folder"), onFolder::getMessage);
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(), files.toList(), "nothing is left behind");
    }
  }

  /** Changes any bytes of a file: it is read or refused, nothing else. */
  @Test
  void survivesMutations() throws IOException {
    var tensors = new LinkedHashMap<String, Tensor>();
    tensors.put("a", tensor(TensorType.of(ElementType.F32, 2), new byte[8]));
    tensors.put("b", tensor(TensorType.of(ElementType.I8, 3), new byte[3]));
    Path file = folder.resolve("whole");
    Safetensors.write(file, tensors);
    byte[] whole = Files.readAllBytes(file);
    var random = new Random(7);
    int refused = 0;
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = java.util.Arrays.copyOf(whole, whole.length - random.nextInt(3));
      for (int k = random.nextInt(3); k >= 0; k--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      Path mutant = folder.resolve("mutant" + i);
      Files.write(mutant, bytes);
      try {
        Safetensors.read(mutant);
      } catch (DiagnosticException expected) {
        refused++;
      }
    }
    assertTrue(refused > 1000 && refused < 2000, "refused " + refused);
  }

  private void header(String why, String header, int data) throws IOException {
    refused(" is not a safetensors file: " + why + " [weights.header]", file(header, data));
  }

  private void range(String why, String entries, int data) throws IOException {
    refused(": " + why + " [weights.range]", file("{" + entries + "}", data));
  }

  private static void refused(String part, Path file) {
    var thrown = assertThrows(DiagnosticException.class, () -> Safetensors.read(file));
    assertTrue(String.valueOf(thrown.getMessage()).contains(part), thrown::getMessage);
  }

  private Path file(String header, int data) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + text.length + data).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(text.length).put(text);
    Path file = Files.createTempFile(folder, "made", ".safetensors");
    Files.write(file, bytes.array());
    return file;
  }

  private static Tensor tensor(TensorType type, byte[] bytes) {
    MemorySegment segment = MemorySegment.ofArray(bytes);
    for (int i = 0; type.element().isBoolean() && i < bytes.length; i++) {
      Literal.put(segment, type.element(), i, bytes[i] & 1L);
    }
    return new Tensor(type, segment);
  }
}
