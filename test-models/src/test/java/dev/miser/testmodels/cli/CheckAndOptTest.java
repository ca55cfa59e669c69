package dev.miser.testmodels.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code miser check} and {@code miser opt}. */
class CheckAndOptTest {
  private static final String TEXT =
      """
      func @f(%x: f32[2,4]) -> f32[2,4] {
        %unused = relu %x : f32[2,4]
        %y = negate %x : f32[2,4]
        return %y
      }
      """;

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(folder.resolve("f.mir"), TEXT);
  }

  @Test
  void checkAnswersForEveryFile() throws IOException {
    Path bad = Files.writeString(folder.resolve("bad.mir"), "func @g");
    Cli cli = Cli.miser("check", file, bad);
    assertEquals(2, cli.code());
    cli.prints("f.mir: ok, func @f, 2 instructions").says("bad.mir:1:");
  }

  @Test
  void optPrintsTheFormAskedFor() {
    String clean = TEXT.replaceFirst(".*unused.*\n", "");
    assertEquals(clean, Cli.miser("opt", file, "--passes", "dead-code").good().out());
    Cli.miser("opt", file, "--to", "schedule").good().prints("schedule @f(", "kernel ");
    Cli.miser("opt", file, "--to", "plan").good().prints("plan @f(", "arena ");
  }

  @Test
  void optShowsWhatPassesDo() {
    Cli.miser("opt", file, "--passes", "dead-code", "--print-after", "all", "--stats", "--time")
        .good()
        .says("// after dead-code\nfunc @f(", "dead-code: ", " ms  dead-code", " ms  total");
    Cli.miser("opt", file, "--passes", "dead-code", "--disable", "dead-code")
        .good()
        .prints("%unused");
  }

  @Test
  void optTakesItsPassesFromAReproducer() throws IOException {
    Files.writeString(file, "//# run: function(dead-code,dead-code)\n//# why: a test\n" + TEXT);
    Cli.miser("opt", file, "--time").good().says("ms  dead-code\n");
    assertEquals(3, Cli.miser("opt", file, "--time").err().lines().count());
  }

  @Test
  void formsReadBackAndCannotGoBackwards() throws IOException {
    Path plan = folder.resolve("plan.mir");
    Cli.miser("opt", file, "--to", "plan", "-o", plan).good();
    assertEquals(Files.readString(plan), Cli.miser("opt", plan).good().out());
    Cli.miser("opt", plan, "--to", "function").badInput("the file holds a plan");
  }

  @Test
  void vectorWidthIsPartOfTheTarget() {
    Cli.miser("opt", file, "--to", "schedule", "--vector-bits", 128, "--threads", 1)
        .good()
        .prints("vector_bits = 128");
    Cli.miser("opt", file, "--vector-bits", 100).badInput("128, 256 or 512");
  }
}
