package dev.miser.testmodels.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code miser export}: one file and nothing beside it, or every reason why not. */
class ExportTest {
  @TempDir Path folder;

  @Test
  void theSeedDecidesTheWeights() throws IOException {
    Path first = folder.resolve("first.onnx");
    Cli.miser("export", Cli.model("lenet5"), "-o", first).good();
    Path again = folder.resolve("again.onnx");
    Cli.miser("export", Cli.model("lenet5"), "-o", again, "--seed", 0).good();
    assertEquals(-1, Files.mismatch(first, again));
    Cli.miser("export", Cli.model("lenet5"), "-o", again, "--seed", 1).good();
    assertTrue(Files.mismatch(first, again) > 0);
    assertEquals(List.of("again.onnx", "first.onnx"), names());
  }

  @Test
  void allThatHasNoMeaningIsNamedAtOnce() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("f.mir"),
            """
            func @f(%key: i64[], %x: f32[4,16]) -> f32[4] {
              %noise = random_normal %key {type = f32[4]}
              %panels = pack_panels %x {width = 8}
              %sum = reduce_sum %panels {axes = [0, 2]}
              %y = add %noise, %sum
              return %y
            }
            """);
    Cli.miser("export", file, "-o", folder.resolve("f.onnx"))
        .badInput(
            "f.mir:2:",
            "%noise = random_normal has no meaning in ONNX",
            "f.mir:3:",
            "%panels = pack_panels has no meaning in ONNX",
            "[onnx.export]");
    assertEquals(List.of("f.mir"), names());
  }

  @Test
  void aScheduleIsNoFunction() {
    Path schedule = folder.resolve("s.mir");
    Cli.miser("opt", Cli.model("mlp"), "--to", "schedule", "-o", schedule).good();
    Path model = folder.resolve("s.onnx");
    Cli.miser("export", schedule, "-o", model).badInput("holds no function", "[usage]");
    assertFalse(Files.exists(model));
  }

  @Test
  void aPlaceThatCannotBeWrittenIsSaid() {
    Path model = folder.resolve("missing").resolve("m.onnx");
    Cli.miser("export", Cli.model("mlp"), "-o", model).badInput("[file.unwritable]", "folder");
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }
}
