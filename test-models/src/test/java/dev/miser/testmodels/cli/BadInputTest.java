package dev.miser.testmodels.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad input of every kind: a clear error, exit code 2, no stack trace, no partial output. */
class BadInputTest {
  @TempDir Path folder;

  static List<Arguments> badBodies() {
    return List.of(
        Arguments.of("%y = dott %x, %x", "[parse.unknown-operation]", "did you mean 'dot'?"),
        Arguments.of("%y = add %x", "[parse.arity]", "1 operands, expected 2"),
        Arguments.of("%y = relu %x : f32[9]", "[func.type-mismatch]", "f32[9]"),
        Arguments.of("%y = relu %z\n%z = relu %x", "[parse.use-before-definition]", "%z"),
        Arguments.of("%y = relu %nothing", "[parse.undefined]", "%nothing"),
        Arguments.of("%y = relu %x\n%y = relu %x", "[parse.redefinition]", "%y"),
        Arguments.of("%y = dot %x, %x", "[dot.inner-dim]", "4 and 2"),
        Arguments.of(
            "%y = broadcast %x {shape = [4000000000, 4000000000, 2, 4], dims = [2, 3]}",
            "[limit.elements]", "elements"));
  }

  @ParameterizedTest
  @MethodSource("badBodies")
  void everyCommandRefusesBadPrograms(String body, String code, String detail) throws IOException {
    Path file = program(body);
    Path out = folder.resolve("out");
    for (Cli cli :
        List.of(
            Cli.miser("check", file),
            Cli.miser("opt", file, "-o", out),
            Cli.miser("plan", file),
            Cli.miser("emit", file, "-o", out),
            Cli.miser("export", file, "-o", out),
            Cli.miser("run", file, "--output", out.resolve("y.npy")))) {
      cli.badInput(code, detail, "bad.mir:");
    }
    assertFalse(Files.exists(out));
  }

  @Test
  void allErrorsAreReportedAtOnce() throws IOException {
    Path file = program("%a = dott %x, %x\n%b = add %x\n%y = relu %nothing");
    Cli.miser("check", file)
        .badInput("[parse.unknown-operation]", "[parse.arity]", "[parse.undefined]", "^");
  }

  @Test
  void bytesThatAreNotUtf8() throws IOException {
    Path file = folder.resolve("bad.mir");
    byte[] text =
        "func @f(%x: f32[2]) -> f32[2] {\n  return %x // ?\n}\n".getBytes(StandardCharsets.UTF_8);
    text[text.length - 4] = (byte) 0xff;
    Files.write(file, text);
    Cli.miser("check", file).badInput("[parse.encoding]", "0xff", "bad.mir:2:");
  }

  @Test
  void aLineOfAHundredMegabytes() throws IOException {
    Path file = folder.resolve("bad.mir");
    byte[] block = new byte[1 << 20];
    Arrays.fill(block, (byte) 'a');
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int i = 0; i < 100; i++) {
        out.write(block);
      }
    }
    Cli.miser("check", file).badInput("[limit.");
  }

  @Test
  void filesThatCannotBeRead() {
    Cli.miser("check", folder.resolve("none.mir")).badInput("[file.unreadable]", "none.mir");
    Cli.miser("run", folder).badInput("[file.unreadable]", "folder");
  }

  @Test
  void unknownOptionsCommandsAndPasses() throws IOException {
    Path file = program("%y = relu %x");
    Cli.miser("run", file, "--chek").badInput("--chek", "did you mean '--check'?");
    Cli.miser("rum", file).badInput("rum", "did you mean 'run'?");
    Cli.miser("opt", file, "--passes", "dead-cod").badInput("[pass.unknown]", "dead-code");
    Cli.miser("opt", file, "--passes", "dead-code{x=1}").badInput("[pass.option]", "'x'");
    Cli.miser("opt", file, "--disable", "dead-cod").badInput("[pass.unknown]", "dead-code");
    Cli.miser("plan", file, "--budget", "64 pounds").badInput("--budget", "64 pounds");
    Cli.miser("plan", file, "--strategy", "bumb").badInput("unknown strategy", "'bump'?");
    Cli.miser("ops", "dott").badInput("did you mean 'dot'?");
  }

  @Test
  void outputsThatCannotBeWritten() throws IOException {
    Path file = program("%y = relu %x");
    Path none = folder.resolve("none");
    Cli.miser("opt", file, "-o", none.resolve("a.mir")).badInput("[file.unwritable]", "none");
    Cli.miser("emit", file, "-o", file.resolve("a")).badInput("[file.unwritable]");
    Cli.miser("run", file, "--output", none.resolve("y.npy")).says("[file.unwritable]");
    assertEquals(List.of("bad.mir"), names());
  }

  @Test
  void emitLeavesAFolderThatIsInUseAlone() throws IOException {
    Path file = program("%y = relu %x");
    Path used = Files.createDirectory(folder.resolve("used"));
    Files.writeString(used.resolve("precious"), "mine");
    Cli.miser("emit", file, "-o", used).badInput("[file.unwritable]", "--force");
    assertEquals("mine", Files.readString(used.resolve("precious")));
    Cli.miser("emit", file, "-o", used, "--force").good();
    assertFalse(Files.exists(used.resolve("precious")));
  }

  private Path program(String body) throws IOException {
    String text =
        "func @f(%x: f32[2,4]) -> f32[2,4] {\n  "
            + body.replace("\n", "\n  ")
            + "\n  return %y\n}\n";
    return Files.writeString(folder.resolve("bad.mir"), text);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> String.valueOf(f.getFileName())).sorted().toList();
    }
  }

  @Test
  void nothingIsWrongWithTheFrameOfTheseTests() throws IOException {
    Cli.miser("check", program("%y = relu %x")).good().prints("ok");
    assertTrue(Files.exists(folder.resolve("bad.mir")));
  }
}
