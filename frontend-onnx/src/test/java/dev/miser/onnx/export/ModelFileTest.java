package dev.miser.onnx.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.frontend.Parser;
import dev.miser.frontend.Source;
import dev.miser.frontend.weights.WeightSource;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.func.Function;
import dev.miser.onnx.proto.Onnx.ModelProto;
import dev.miser.onnx.proto.Onnx.StringStringEntryProto;
import dev.miser.onnx.proto.Onnx.TensorProto;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the bytes of weights lie: inside the message, or in a file beside it. */
class ModelFileTest {
  private static final Function FUNCTION =
      Parser.parse(
              new Source(
                  "test",
                  """
                  func @f(%x: f32[1,300], param %a: f32[300,1000] = normal(0.0, 1.0), param %b: f32[1000] = uniform(0.0, 1.0),
                          param %c: f32[2] = fill(7.0)) -> (f32[1,1000], f32[2]) {
                    %product = dot %x, %a
                    %row = broadcast %b {shape = [1, 1000], dims = [1]}
                    %y = add %product, %row
                    %z = exp %c
                    return %y, %z
                  }
                  """))
          .function();

  @TempDir Path folder;

  private Path write(String name, long mostInside) {
    Path file = folder.resolve(name);
    OnnxExporter.write(FUNCTION, WeightSource.seeded(FUNCTION.parameters(), 1), file, mostInside);
    return file;
  }

  private static TensorProto tensor(Path file, String name) throws IOException {
    return ModelProto.parseFrom(Files.readAllBytes(file)).getGraph().getInitializerList().stream()
        .filter(tensor -> tensor.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theSameBytesLieInsideAndBeside() throws IOException {
    Path inside = write("inside.onnx", 1L << 30);
    assertFalse(Files.exists(folder.resolve("inside.onnx.data")));
    Path beside = write("beside.onnx", 1000);
    byte[] data = Files.readAllBytes(folder.resolve("beside.onnx.data"));
    for (String name : List.of("a", "b")) {
      Map<String, String> place = new TreeMap<>();
      for (StringStringEntryProto entry : tensor(beside, name).getExternalDataList()) {
        place.put(entry.getKey(), entry.getValue());
      }
      assertEquals("beside.onnx.data", place.get("location"));
      int offset = Integer.parseInt(place.get("offset"));
      int length = Integer.parseInt(place.get("length"));
      assertEquals(0, offset % 4096);
      assertEquals(0, tensor(beside, name).getRawData().size());
      assertArrayEquals(
          tensor(inside, name).getRawData().toByteArray(),
          Arrays.copyOfRange(data, offset, offset + length));
    }
    // Small ones stay, since operators look at them when a model is loaded.
    assertEquals(tensor(inside, "c"), tensor(beside, "c"));
  }

  @Test
  void theBytesAreThoseOfTheSource() throws IOException {
    byte[] found = tensor(write("m.onnx", 1L << 30), "a").getRawData().toByteArray();
    byte[] expected = new byte[300 * 1000 * 4];
    WeightSource.seeded(FUNCTION.parameters(), 1)
        .fill(FUNCTION.parameters().get(1), MemorySegment.ofArray(expected));
    assertArrayEquals(expected, found);
  }

  @Test
  void aFailureLeavesNothing() throws IOException {
    Path place = Files.createDirectory(folder.resolve("taken"));
    assertThrows(DiagnosticException.class, () -> write("taken", 1L << 30));
    assertTrue(Files.isDirectory(place));
    try (var files = Files.list(folder)) {
      assertEquals(List.of(place), files.toList());
    }
  }
}
