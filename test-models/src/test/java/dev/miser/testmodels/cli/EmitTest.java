package dev.miser.testmodels.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.frontend.weights.Npy;
import dev.miser.frontend.weights.Tensor;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code miser emit}: the project runs on its own, and gives the same bits as {@code run}. */
class EmitTest {
  @TempDir Path folder;

  @Test
  void theProjectGivesTheBitsOfRun() throws IOException, InterruptedException {
    Path program =
        Files.writeString(
            folder.resolve("f.mir"),
            """
            func @f(%x: f32[33,100], param %w: f32[100] = normal(0.0, 1.0)) -> f32[33,100] {
              %wb = broadcast %w {shape = [33, 100], dims = [1]}
              %m = multiply %x, %wb
              %y = tanh %m
              return %y
            }
            """);
    byte[] elements = new byte[33 * 100 * 4];
    var random = new Random(1);
    MemorySegment bytes = MemorySegment.ofArray(elements);
    for (int i = 0; i < 3300; i++) {
      bytes.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * i, (float) random.nextGaussian());
    }
    Path x = folder.resolve("x.npy");
    Npy.write(x, new Tensor(TensorType.of(ElementType.F32, 33, 100), bytes));
    Path raw = Files.write(folder.resolve("x.bin"), elements);
    Path result = folder.resolve("y.npy");
    Cli.miser("run", program, "--no-cache", "--input", "x=" + x, "--output", result).good();

    Path project = folder.resolve("project");
    Cli.miser("emit", program, "-o", project).good();
    var process =
        new ProcessBuilder("sh", project.resolve("run.sh").toString(), "x=" + raw)
            .redirectErrorStream(true);
    String java = Path.of(System.getProperty("java.home"), "bin").toString();
    process.environment().merge("PATH", java, (path, first) -> first + ":" + path);
    process.environment().remove("CLASSPATH");
    Process running = process.start();
    String printed = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, running.waitFor(), printed);
    assertTrue(printed.contains("y: f32[33, 100]"), printed);
    var checksum = new CRC32C();
    checksum.update(Npy.read(result).bytes().toArray(ValueLayout.JAVA_BYTE));
    String expected = String.format(Locale.ROOT, "crc32c %08x", checksum.getValue());
    assertTrue(printed.contains(expected), printed);
  }

  @Test
  void theProjectNamesNoOtherLibrary() throws IOException {
    Path program =
        Files.writeString(
            folder.resolve("f.mir"),
            "func @f(%x: f32[4]) -> f32[4] {\n  %y = relu %x\n  return %y\n}\n");
    Path project = folder.resolve("project");
    Cli.miser("emit", program, "-o", project).good();
    try (Stream<Path> files = Files.walk(project.resolve("src"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String text = Files.readString(file);
        assertFalse(text.contains("org.jspecify"), file.toString());
        assertFalse(text.contains("@Nullable"), file.toString());
      }
    }
    assertTrue(Files.readString(project.resolve("plan.mir")).startsWith("plan @f("));
  }
}
