package dev.miser.testmodels.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.frontend.weights.Npy;
import dev.miser.frontend.weights.Safetensors;
import dev.miser.frontend.weights.Tensor;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code miser run} and {@code miser plan}, from files to files. */
class RunAndPlanTest {
  private static final String TEXT =
      """
      func @scale(%x: f32[2,4], param %w: f32[2,4] = fill(2.0)) -> (f32[2,4], f32[2,4]) {
        %y = multiply %x, %w
        %z = negate %y
        return %y, %z
      }
      """;

  private static final TensorType TYPE = TensorType.of(ElementType.F32, 2, 4);

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(folder.resolve("scale.mir"), TEXT);
  }

  private static Tensor tensor(float... elements) {
    MemorySegment bytes = MemorySegment.ofArray(new byte[elements.length * 4]);
    for (int i = 0; i < elements.length; i++) {
      bytes.set(ValueLayout.JAVA_FLOAT_UNALIGNED, i * 4L, elements[i]);
    }
    return new Tensor(TYPE, bytes);
  }

  @Test
  void runReadsInputsAndWritesResults() {
    Path x = folder.resolve("x.npy");
    Npy.write(x, tensor(1, 2, 3, 4, 5, 6, 7, 8));
    Path out = folder.resolve("out.safetensors");
    Cli.miser("run", file, "--no-cache", "--input", "x=" + x, "--output", out)
        .good()
        .prints("%y: f32[2,4]  min 2.00000  max 16.0000", "%z: f32[2,4]")
        .says("first result", "arena", "-Xmx");
    var results = Safetensors.read(out).tensors();
    assertEquals(-1, results.get("y").bytes().mismatch(tensor(2, 4, 6, 8, 10, 12, 14, 16).bytes()));
    Cli.miser("run", file, "--no-cache", "--input", "x=" + out + ":z").good().prints("min -32");
    Cli.miser("run", file, "--input", "x=" + out + ":zz").badInput("[run.input]", "no tensor 'zz'");
  }

  @Test
  void runReadsWeightsByName() {
    Path weights = folder.resolve("w.safetensors");
    var tensors = new LinkedHashMap<String, Tensor>();
    tensors.put("w", tensor(0, 0, 0, 0, 0, 0, 0, 0));
    Safetensors.write(weights, tensors);
    Cli.miser("run", file, "--no-cache", "--weights", weights)
        .good()
        .prints("max 0.00000  mean 0.00000");
  }

  @Test
  void planSaysWhoFoundTheLayoutAndWhoProvedTheBound() {
    Cli.miser("plan", file, "--strategy", "best-fit-by-area")
        .good()
        .prints("proved by load", "found by best-fit-by-area: optimal for this order");
    Cli.miser("plan", Cli.model("lenet5"), "--strategy", "bump")
        .good()
        .prints("found by bump: ", " % above the lower bound");
  }

  @Test
  void badWeightsAreRefused() throws IOException {
    Path none = folder.resolve("none.safetensors");
    Cli.miser("run", file, "--weights", none).badInput("[file.unreadable]");

    Path weights = folder.resolve("w.safetensors");
    var tensors = new LinkedHashMap<String, Tensor>();
    tensors.put("ww", tensor(0, 0, 0, 0, 0, 0, 0, 0));
    Safetensors.write(weights, tensors);
    Cli.miser("run", file, "--weights", weights)
        .badInput("[weights.missing]", "did you mean 'ww'?");

    byte[] whole = Files.readAllBytes(weights);
    Files.write(weights, java.util.Arrays.copyOf(whole, whole.length - 8));
    Cli.miser("run", file, "--weights", weights).badInput("[weights.");

    tensors.clear();
    tensors.put(
        "w", new Tensor(TensorType.of(ElementType.F32, 8), tensor(1, 2, 3, 4, 5, 6, 7, 8).bytes()));
    Safetensors.write(weights, tensors);
    Cli.miser("run", file, "--weights", weights).badInput("[weights.type]", "f32[8]");
  }

  @Test
  void badInputsAreRefused() {
    Path x = folder.resolve("x.npy");
    Npy.write(
        x, new Tensor(TensorType.of(ElementType.F32, 8), tensor(1, 2, 3, 4, 5, 6, 7, 8).bytes()));
    Cli.miser("run", file, "--input", "x=" + x).badInput("[run.input]", "f32[8]", "f32[2,4]");
    Cli.miser("run", file, "--input", "xx=" + x).badInput("[run.input]", "did you mean 'x'?");
    Cli.miser("run", file, "--input", "x=" + file).badInput("[run.input]", ".npy");
    Cli.miser("run", file, "--output", folder.resolve("y.npy")).badInput("the program has 2");
    Cli.miser("run", file, "--output", folder.resolve("y.txt")).badInput(".safetensors");
  }

  @Test
  void sanitizeWatchesEveryKernelOfEveryForm() {
    Cli.miser("run", file, "--no-cache", "--sanitize").good().says("poisoned: nothing found");
    Path plan = folder.resolve("scale.plan.mir");
    Cli.miser("opt", file, "--to", "plan", "-o", plan).good();
    Cli.miser("run", plan, "--no-cache", "--sanitize").good().says("poisoned: nothing found");
  }

  @Test
  void checkComparesWithTheReferenceAndTheUnplannedProgram() {
    Cli.miser("run", file, "--no-cache", "--check")
        .good()
        .says("same bits as the unplanned program", "against the reference, %y", "%z");
  }

  @Test
  void repeatAndProfileShowWhereTimeGoes() {
    Cli.miser("run", file, "--no-cache", "--repeat", 5, "--profile", "--time", "--threads", 1)
        .good()
        .prints("5 steps", "p50", "p99", "(between kernels)")
        .says("compiling Java", "start of Java to first result");
    Cli.miser("run", file, "--repeat", 0).badInput("--repeat");
    Cli.miser("run", file, "--threads", 0).badInput("--threads");
  }

  @Test
  void badElementsOfInputsAreBadInput() throws IOException {
    String text =
        """
        func @divide(%x: i32[4], %d: i32[4] in 0..1) -> i32[4] {
          %q = divide %x, %d
          return %q
        }
        """;
    Files.writeString(file, text);
    Cli.miser("run", file, "--no-cache").badInput("[run.divide-by-zero]");
  }

  @Test
  void aSecondRunDoesNotCompileAgain() {
    Cli.miser("cache", "--clear").good();
    Cli first = Cli.miser("run", file).good().says("compiled in");
    Cli second = Cli.miser("run", file).good().says("taken from the cache");
    assertEquals(first.out(), second.out());
    Cli.miser("run", file, "--seed", 1, "--check").good().says("taken from the cache");
    Cli.miser("run", file, "--vector-bits", 128, "--check").good().says("same bits");
    Cli.miser("cache").good().prints("KiB");
    Cli.miser("cache", "--clear").good().prints("deleted");
    Cli.miser("run", file).good().says("compiled in");
  }

  @Test
  void planShowsTheMemory() {
    Cli.miser("plan", file, "--steps")
        .good()
        .prints("naive total", "load bound", "arena", "alive at the peak", "%x", "-Xmx");
    String json = Cli.miser("plan", file, "--json").good().out();
    assertTrue(json.contains("\"arena_bytes\": "), json);
    assertTrue(json.contains("\"heap_option\": \"-Xmx"), json);
  }

  @Test
  void aBudgetFitsOrIsRefusedWithTheBytesAndTheTensors() {
    for (String command : new String[] {"plan", "run"}) {
      Cli.miser(command, file, "--budget", "1MiB").good();
      Cli.miser(command, file, "--budget", "64").badInput("[budget.too-small]", "64", "%x takes");
    }
  }
}
