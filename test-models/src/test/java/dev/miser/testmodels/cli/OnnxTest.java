package dev.miser.testmodels.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.compiler.Miser;
import dev.miser.frontend.weights.NamedTensors;
import dev.miser.frontend.weights.Npy;
import dev.miser.frontend.weights.Numbers;
import dev.miser.frontend.weights.Safetensors;
import dev.miser.frontend.weights.Tensor;
import dev.miser.ir.type.ElementType;
import dev.miser.onnx.ImportOptions;
import dev.miser.onnx.proto.Onnx.TensorProto.DataType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that take ONNX models, from files to files. */
class OnnxTest {
  @TempDir Path folder;
  private Path model;

  /** Writes y = relu(x + w), w a row. */
  @BeforeEach
  void write() throws IOException {
    model =
        new OnnxFile("shifted")
            .input("x", 2, 3)
            .weight("w", List.of(3L), 1, -2, 0.5f)
            .node("sum", "Add", "x", "w")
            .node("y", "Relu", "sum")
            .output("y")
            .write(folder.resolve("model.onnx"));
  }

  /** Writes a model whose input has open sizes, y = reshape(a + b, shape). */
  private Path openModel() throws IOException {
    return new OnnxFile("open")
        .input("a", "batch", 4)
        .input("b", "batch", "width")
        .input("shape", DataType.INT64, 2)
        .node("sum", "Add", "a", "b")
        .node("y", "Reshape", "sum", "shape")
        .output("y")
        .write(folder.resolve("open.onnx"));
  }

  private List<Float> result(Object... arguments) throws IOException {
    Path out = folder.resolve("out.npy");
    var words = Stream.concat(Stream.of(arguments), Stream.of("--output", out)).toArray();
    Cli.miser(words).good();
    List<Float> found = OnnxFile.floats(Npy.read(out).bytes());
    Files.delete(out);
    return found;
  }

  @Test
  void everyCommandTakesAModel() {
    Cli.miser("check", model).good().prints("model.onnx: ok, func @shifted");
    Cli.miser("opt", model, "--passes", "dead-code").good().prints("param %w: f32[3]", "relu %sum");
    Cli.miser("plan", model).good().prints("plan of @shifted");
    Cli.miser("plan", model, "--diff", model).good();
    Cli.miser("explain", model).good();
    Cli.miser("emit", model, "-o", folder.resolve("project")).good();
    assertTrue(Files.exists(folder.resolve("project/run.sh")));
    Path again = folder.resolve("again.onnx");
    Cli.miser("export", model, "-o", again).good();
    Cli.miser("check", again).good();
  }

  @Test
  void runTakesTheWeightsOfTheModel() throws IOException {
    assertEquals(
        List.of(2f, 0f, 3.5f, 5f, 3f, 6.5f),
        result("run", model, "--no-cache", "--input", "x=[[1,2,3],[4,5,6]]"));
    Cli.miser("run", model, "--no-cache", "--check")
        .good()
        .says("check: same bits as the unplanned program", "check: against the reference");
  }

  @Test
  void otherWeightsStandAboveThoseOfTheModel() throws IOException {
    Path weights = folder.resolve("w.safetensors");
    var tensors = new LinkedHashMap<String, Tensor>();
    tensors.put("w", Numbers.parse("[10,20,30]").typed(ElementType.F32));
    Safetensors.write(weights, tensors);
    assertEquals(
        List.of(11f, 22f, 33f, 14f, 25f, 36f),
        result("run", model, "--no-cache", "--weights", weights, "--input", "x=[[1,2,3],[4,5,6]]"));
  }

  @Test
  void theCacheTellsModelsApart() throws IOException {
    List<Float> before = result("run", model, "--input", "x=[[1,2,3],[4,5,6]]");
    assertEquals(before, result("run", model, "--input", "x=[[1,2,3],[4,5,6]]"));
    new OnnxFile("shifted")
        .input("x", 2, 3)
        .weight("w", List.of(3L), 100, 100, 100)
        .node("sum", "Add", "x", "w")
        .node("y", "Relu", "sum")
        .output("y")
        .write(model);
    List<Float> after = result("run", model, "--input", "x=[[1,2,3],[4,5,6]]");
    assertNotEquals(before, after);
    assertEquals(List.of(101f, 102f, 103f, 104f, 105f, 106f), after);
  }

  @Test
  void importWritesWhatGivesTheSameBits() throws IOException {
    Path text = folder.resolve("made.mir");
    Cli.miser("import", model, "-o", text)
        .good()
        .says("made.mir (@shifted, ", "made.safetensors (1 tensor, 12 B)");
    Path weights = folder.resolve("made.safetensors");
    assertEquals(List.of("made.mir", "made.safetensors", "model.onnx"), names());
    assertTrue(
        Files.readString(text)
            .startsWith(
                """
                // From model.onnx: ONNX, IR version 8, ai.onnx 17, written by hand 1.0.
                // Its parameters are in made.safetensors.
                func @shifted(%x: f32[2,3], param %w: f32[3]) -> f32[2,3] {
                """));
    Cli.miser("check", text).good();
    for (int seed = 0; seed < 3; seed++) {
      assertEquals(
          result("run", model, "--no-cache", "--seed", seed),
          result("run", text, "--no-cache", "--seed", seed, "--weights", weights));
    }
    Path elsewhere = folder.resolve("elsewhere.safetensors");
    Cli.miser("import", model, "-o", text, "--weights", elsewhere).good();
    assertEquals(-1, Files.mismatch(weights, elsewhere));
  }

  @Test
  void importWritesBothFilesOrNone() throws IOException {
    Path text = folder.resolve("made.mir");
    Path none = folder.resolve("none/made.safetensors");
    Cli.miser("import", model, "-o", text, "--weights", none).badInput("[file.unwritable]", "none");
    Cli.miser("import", model, "-o", none).badInput("[file.unwritable]", "none");
    Cli.miser("import", model, "-o", folder).badInput("[file.unwritable]", "folder");
    Cli.miser("import", model, "-o", model).badInput("named twice");
    Cli.miser("import", model, "-o", text, "--weights", text).badInput("named twice");
    Cli.miser("import", text, "-o", text).badInput("ends in .onnx");
    Cli.miser("import", model).badInput("--output");
    assertEquals(List.of("model.onnx"), names());
  }

  @Test
  void summaryIsACard() {
    Cli.miser("summary", model)
        .good()
        .prints(
            "model         @shifted\n",
            "format        ONNX, IR version 8, ai.onnx 17, written by hand 1.0\n",
            "inputs        %x  f32[2,3]  24 B\n",
            "results       %y  f32[2,3]  24 B\n",
            "parameters    3 in 1 tensor, 12 B of f32\n",
            "instructions  3: 1 broadcast, 1 add, 1 relu\n",
            "flops         12 a step, with 0 multiply-adds\n",
            "activations   96 B  all together, inputs among them\n",
            "              72 B  alive at most, one instruction at a time\n",
            "arena         ");
    Cli.miser("summary", model, "--json")
        .good()
        .prints("\"operator_sets\": \"ai.onnx 17\"", "\"multiply_adds\": 0", "\"elements\": 3");
    Cli.miser("summary", model, "--top", -1).badInput("--top");
  }

  @Test
  void summaryOfATextSaysNothingOfAFormat() throws IOException {
    Path text = folder.resolve("f.mir");
    Files.writeString(
        text,
        "func @f(%x: f32[4], state %s: i64[2]) -> f32[4] {\n  %y = relu %x\n  return %y\n}\n");
    Cli function = Cli.miser("summary", text).good();
    function.prints("parameters    none", "state         2 in 1 tensor, 16 B of i64");
    assertFalse(function.out().contains("format"), function::toString);
    Path plan = folder.resolve("plan.mir");
    Cli.miser("opt", text, "--to", "plan", "-o", plan).good();
    Cli later = Cli.miser("summary", plan).good().prints("instructions  1: 1 relu");
    assertFalse(later.out().contains("one instruction at a time"), later::toString);
  }

  @Test
  void openSizesAreNamedWithTheOptionThatClosesThem() throws IOException {
    Path open = openModel();
    for (String command : List.of("check", "summary", "plan", "explain", "opt", "run")) {
      Cli.miser(command, open)
          .badInput("'a'", "'b'", "'batch'", "'width'", "--shape batch=", "--shape width=");
    }
    Cli.miser("check", open, "--shape", "batch=2", "--shape", "width=4", "--bind", "shape=[4,2]")
        .good();
    Cli.miser("check", open, "--shape", "b=2,4", "--bind", "shape=[4,2]").good();
    Cli.miser("check", open, "--shape", "a=2,5", "--shape", "b=2,4", "--bind", "shape=[8,1]")
        .badInput("'a'", "its size along axis 1 is 4, not 5");
  }

  @Test
  void boundInputsAreNoInputs() throws IOException {
    Path open = openModel();
    Path npy = folder.resolve("shape.npy");
    Tensor shape = Numbers.parse("[4,2]").typed(ElementType.I64);
    Npy.write(npy, shape);
    Path many = folder.resolve("many.safetensors");
    var tensors = new LinkedHashMap<String, Tensor>();
    tensors.put("shape", shape);
    tensors.put("other", shape);
    Safetensors.write(many, tensors);
    for (String value : List.of("[4, 2]", npy.toString(), many.toString(), many + ":other")) {
      Cli.miser("summary", open, "--shape", "b=2,4", "--bind", "shape=" + value)
          .good()
          .prints("inputs        %a  f32[2,4]", "%y  f32[4,2]");
    }
    Cli.miser("summary", open, "--shape", "width=4", "--bind", "shape=[4,2]", "--bind", "a=" + a())
        .good()
        .prints("inputs        %b  f32[2,4]");
    Cli.miser("run", open, "--shape", "b=2,4").badInput("'shape'", "bind");
  }

  private Path a() {
    Path file = folder.resolve("a.npy");
    Npy.write(file, Numbers.parse("[[1,2,3,4],[5,6,7,8]]").typed(ElementType.F32));
    return file;
  }

  @Test
  void wrongBindings() throws IOException {
    Path open = openModel();
    String[] sizes = {"--shape", "b=2,4"};
    bind(open, sizes, "shape=[4,2.5]").badInput("'shape'", "'2.5'", "i64");
    bind(open, sizes, "shape=[[4,2]]").badInput("'shape'", "[1,2]", "expected rank 1");
    bind(open, sizes, "shape=[4,2,1]").badInput("'shape'", "axis 0", "2", "3");
    bind(open, sizes, "shape=[4,").badInput("'shape'", "expected numbers such as 5 or [1,2,3]");
    bind(open, sizes, "shape=s.bin").badInput("'s.bin' ends neither in .npy nor in .safetensors");
    bind(open, sizes, "shape=none.npy").badInput("[file.unreadable]", "none.npy");
    bind(open, sizes, "shappe=[4,2]").badInput("'shappe'", "did you mean 'shape'?");
    Path floats = a();
    bind(open, sizes, "shape=" + floats).badInput("'shape'", "rank");
  }

  private static Cli bind(Path file, String[] sizes, String binding) {
    return Cli.miser("check", file, sizes[0], sizes[1], "--bind", binding);
  }

  @Test
  void everyWrongSpellingIsSaidAtOnce() {
    for (String command : List.of("check", "summary", "plan", "run")) {
      Cli.miser(
              command, model, "--shape", "x", "--shape", "x=2;3", "--shape", "=1", "--bind", "w=",
              "--shape", "y=1", "--shape", "y=2")
          .badInput(
              "--shape: found 'x', expected NAME=SIZES",
              "--shape x: found '2;3', expected sizes such as 1,3,224,224",
              "--shape: found '=1'",
              "--bind: found 'w=', expected NAME=VALUE",
              "--shape y is given twice");
    }
    Cli.miser("check", model, "--shape", "z=1").badInput("'z'", "neither an input nor a dimension");
  }

  @Test
  void optionsForModelsAreRefusedForTexts() throws IOException {
    Path text = Files.writeString(folder.resolve("f.mir"), "not even looked at");
    for (String command : List.of("check", "summary", "plan", "explain", "opt", "run")) {
      Cli.miser(command, text, "--shape", "x=1", "--bind", "y=2")
          .badInput("--shape is for ONNX models", "--bind is for ONNX models", "[usage]");
    }
    Cli.miser("plan", text, "--diff", text, "--shape", "x=1").badInput("--shape is for ONNX");
  }

  @Test
  void filesThatAreNoModels() throws IOException {
    Path missing = folder.resolve("missing.onnx");
    Path empty = Files.write(folder.resolve("empty.onnx"), new byte[0]);
    Path text = Files.writeString(folder.resolve("text.onnx"), "func @f(%x: f32[2]) -> f32[2] {");
    byte[] whole = Files.readAllBytes(model);
    Path half =
        Files.write(folder.resolve("half.onnx"), java.util.Arrays.copyOf(whole, whole.length / 2));
    Path out = folder.resolve("out");
    List<String> before = names();
    for (Path file : List.of(missing, empty, text, half)) {
      String code = file.equals(missing) ? "[file.unreadable]" : "[onnx.file]";
      for (Cli cli :
          List.of(
              Cli.miser("check", file),
              Cli.miser("summary", file),
              Cli.miser("opt", file, "-o", out),
              Cli.miser("plan", file),
              Cli.miser("explain", file),
              Cli.miser("emit", file, "-o", out),
              Cli.miser("import", file, "-o", out),
              Cli.miser("run", file, "--output", folder.resolve("y.npy")))) {
        cli.badInput(code, String.valueOf(file.getFileName()));
      }
    }
    assertEquals(before, names());
    Cli.miser("check", missing, model, half).says("missing.onnx", "half.onnx").prints("model.onnx");
  }

  @Test
  void aTextIsReadWithoutTheClassesForModels() throws IOException, InterruptedException {
    Path classes = folder.resolve("classes.log");
    for (Path file : List.of(Cli.model("mlp"), model)) {
      Process java =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xlog:class+load:file=" + classes,
                  "-cp",
                  System.getProperty("java.class.path"),
                  "dev.miser.driver.Main",
                  "check",
                  file.toString())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("said.log").toFile())
              .start();
      assertEquals(0, java.waitFor(), () -> "see " + folder);
      String loaded = Files.readString(classes);
      assertTrue(loaded.contains("dev.miser.driver.CheckCommand"), "the log is not what it was");
      assertEquals(file.equals(model), loaded.contains("com.google.protobuf"), file.toString());
    }
  }

  @Test
  void theLibraryTakesModelsToo() throws IOException {
    assertEquals(List.of(1f, 0f, 0.5f, 1f, 0f, 0.5f), step(Miser.compile(model), "x"));
    var shapes = new LinkedHashMap<String, List<Long>>();
    shapes.put("b", List.of(1L, 4L));
    var values = new LinkedHashMap<String, Numbers>();
    values.put("shape", Numbers.parse("[4]"));
    values.put("a", Numbers.parse("[[1,2,3,4]]"));
    Path open =
        new OnnxFile("open")
            .input("a", "batch", 4)
            .input("b", "batch", "width")
            .input("shape", DataType.INT64, 1)
            .node("sum", "Add", "a", "b")
            .node("y", "Reshape", "sum", "shape")
            .output("y")
            .write(folder.resolve("open.onnx"));
    assertEquals(
        List.of(1f, 2f, 3f, 4f), step(Miser.compile(open, new ImportOptions(shapes, values)), "b"));
    var weights = new LinkedHashMap<String, Tensor>();
    weights.put("w", Numbers.parse("[7,8,9]").typed(ElementType.F32));
    Miser other = Miser.compile(model).weights(new NamedTensors(weights, "these", "seven"));
    assertEquals(List.of(7f, 8f, 9f, 7f, 8f, 9f), step(other, "x"));
  }

  /** Runs one step with zeros as the input. */
  private static List<Float> step(Miser wish, String input) {
    var instance = wish.build().instantiate();
    instance.input(input).fill((byte) 0);
    instance.step();
    MemorySegment result = instance.result(0);
    return OnnxFile.floats(result);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> String.valueOf(f.getFileName())).sorted().toList();
    }
  }
}
