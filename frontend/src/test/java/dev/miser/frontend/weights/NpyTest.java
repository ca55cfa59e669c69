package dev.miser.frontend.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Arrays as NumPy writes them are read; what would be read wrongly is refused. */
class NpyTest {
  @TempDir private Path folder;

  @Test
  void readsBackEveryElementTypeAndRank() throws IOException {
    for (ElementType element : ElementType.values()) {
      for (TensorType type :
          new TensorType[] {
            TensorType.of(element),
            TensorType.of(element, 7),
            TensorType.of(element, 2, 3),
            TensorType.of(element, 2, 0, 3)
          }) {
        byte[] bytes = new byte[(int) type.byteCount()];
        new Random(1).nextBytes(bytes);
        Path file = Files.createTempFile(folder, "x", ".npy");
        Npy.write(file, new Tensor(type, MemorySegment.ofArray(bytes)));
        Tensor read = Npy.read(file);
        assertEquals(type, read.type());
        assertEquals(-1, MemorySegment.ofArray(bytes).mismatch(read.bytes()));
        assertEquals(0, (Files.size(file) - bytes.length) % 64);
      }
    }
  }

  @Test
  void readsAllVersions() throws IOException {
    String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }          \n";
    for (int version = 1; version <= 3; version++) {
      assertEquals(TensorType.of(ElementType.F32, 3), Npy.read(file(version, header, 12)).type());
    }
    String old = "{'descr': '|u1', 'fortran_order': False, 'shape': (2L, 3L)}\n";
    assertEquals(TensorType.of(ElementType.U8, 2, 3), Npy.read(file(1, old, 6)).type());
  }

  @Test
  void refusesWhatItWouldReadWrongly() throws IOException {
    refused("big-endian ('>f4')", "{'descr': '>f4', 'fortran_order': False, 'shape': (3,), }", 12);
    refused("column-major", "{'descr': '<f4', 'fortran_order': True, 'shape': (3,), }", 12);
    refused("'<c8', which programs have not", head("<c8", "(3,)"), 24);
    refused("'|O', which programs have not", head("|O", "(3,)"), 24);
    refused("f32[3] has 12 bytes, the file 11", head("<f4", "(3,)"), 11);
    refused("its shape is (3 4)", head("<f4", "(3 4)"), 12);
    refused("more than 1099511627776 elements", head("<f4", "(999999999999, 999999999)"), 12);
    refused("not a dictionary", "{'descr': [('a', '<f4')]}", 12);
    refused("not a dictionary", "", 0);
  }

  private static String head(String descr, String shape) {
    return "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }";
  }

  @Test
  void refusesWhatDoesNotBeginLikeOne() throws IOException {
    byte[] whole = Files.readAllBytes(file(1, head("<f4", "(1,)"), 4));
    for (int length = 0; length < whole.length; length++) {
      Path cut = Files.createTempFile(folder, "cut", ".npy");
      Files.write(cut, Arrays.copyOf(whole, length));
      assertThrows(DiagnosticException.class, () -> Npy.read(cut));
    }
    Path version = file(9, head("<f4", "(1,)"), 4);
    var thrown = assertThrows(DiagnosticException.class, () -> Npy.read(version));
    assertTrue(
        String.valueOf(thrown.getMessage()).contains("its version is 9, expected 1 to 3"),
        thrown::getMessage);
  }

  private void refused(String part, String header, int data) throws IOException {
    Path file = file(1, header, data);
    var thrown = assertThrows(DiagnosticException.class, () -> Npy.read(file));
    assertTrue(String.valueOf(thrown.getMessage()).contains(part), thrown::getMessage);
    assertTrue(String.valueOf(thrown.getMessage()).endsWith("[file.npy]"), thrown::getMessage);
  }

  private Path file(int version, String header, int data) throws IOException {
    var bytes = new ByteArrayOutputStream();
    bytes.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
    bytes.write(header.length());
    bytes.write(header.length() >> 8);
    if (version > 1) {
      bytes.write(0);
      bytes.write(0);
    }
    bytes.write(header.getBytes(StandardCharsets.UTF_8));
    bytes.write(new byte[data]);
    Path file = Files.createTempFile(folder, "made", ".npy");
    Files.write(file, bytes.toByteArray());
    return file;
  }
}
