package dev.miser.testmodels.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import dev.miser.compiler.Comparison;
import dev.miser.compiler.Miser;
import dev.miser.compiler.ReferenceRun;
import dev.miser.frontend.Parser;
import dev.miser.frontend.Source;
import dev.miser.frontend.weights.WeightSource;
import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Reference;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import dev.miser.onnx.export.OnnxExporter;
import dev.miser.testmodels.ModelZoo;
import dev.miser.testmodels.e2e.Programs;
import dev.miser.testmodels.e2e.Values;
import dev.miser.testmodels.models.Bert;
import dev.miser.testmodels.models.Gpt2;
import dev.miser.testmodels.models.Lstm;
import dev.miser.testmodels.models.SmallModels;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole models with their weights, exported, run by ONNX Runtime and compared. */
class ExportedModelsTest {
  private static final long SEED = 3;

  @TempDir Path folder;

  static Stream<Function> models() {
    Stream<Function> zoo =
        Boolean.getBoolean("miser.full")
            ? Programs.reduced()
            : Stream.of(
                ModelZoo.mlp(8),
                ModelZoo.lenet5(2),
                ModelZoo.mobilenetV2(1, 32),
                Bert.build(Bert.Size.TINY, 2, 17),
                Gpt2.build(Gpt2.Size.TINY, 2, 17),
                Lstm.build(Lstm.Size.TINY, 3));
    return Stream.concat(zoo, SmallModels.all().stream());
  }

  @ParameterizedTest
  @MethodSource("models")
  void comeCloseToTheReference(Function function) throws OrtException {
    Values values = Values.seeded(function, SEED);
    List<Tensor> expected =
        Reference.evaluate(function, values.inputs(), Precision.DECLARED).results();
    List<Tensor> found = run(function, inputs(function, values));
    double bound = ReferenceRun.bound(Miser.compile(function).compilation().schedule());
    for (int i = 0; i < expected.size(); i++) {
      String name = function.results().get(i).name();
      Comparison comparison = Comparison.of(name, found.get(i), expected.get(i), bound);
      assertTrue(comparison.isGood(), comparison::toString);
    }
  }

  private static Map<String, Tensor> inputs(Function function, Values values) {
    var inputs = new LinkedHashMap<String, Tensor>();
    for (Parameter input : function.parameters(Parameter.Role.INPUT)) {
      inputs.put(input.value().name(), values.inputs().of(input));
    }
    return inputs;
  }

  private List<Tensor> run(Function function, Map<String, Tensor> inputs) throws OrtException {
    Path file = folder.resolve("model.onnx");
    OnnxExporter.write(function, WeightSource.seeded(function.parameters(), SEED), file);
    try (OnnxRuntime runtime = OnnxRuntime.load(file)) {
      return runtime.run(inputs, function.results().stream().map(Value::type).toList());
    }
  }

  /** What a step leaves as state is handed to the next one. */
  @Test
  void stateIsHandedInAgain() throws OrtException {
    Function function =
        function(
            """
            func @count(%x: f32[2], state %a: f32[2] = fill(1.0), state %b: f32[2] = fill(5.0)) -> f32[2] {
              %sum = add %a, %x
              return %sum, state %a = %sum, state %b = %a
            }
            """);
    Path file = folder.resolve("count.onnx");
    OnnxExporter.write(function, WeightSource.seeded(function.parameters(), SEED), file);
    TensorType type = TensorType.of(ElementType.F32, 2);
    Tensor x = Tensor.ofDoubles(type, 10, 20);
    try (OnnxRuntime runtime = OnnxRuntime.load(file)) {
      assertEquals(List.of("sum", "a.next", "b.next"), runtime.outputs());
      Tensor a = Tensor.ofDoubles(type, 1, 1);
      Tensor b = Tensor.ofDoubles(type, 5, 5);
      List<Tensor> first = runtime.run(Map.of("x", x, "a", a, "b", b), List.of(type, type, type));
      Tensor eleven = Tensor.ofDoubles(type, 11, 21);
      assertEquals(List.of(eleven, eleven, a), first);
      List<Tensor> second =
          runtime.run(
              Map.of("x", x, "a", first.get(1), "b", first.get(2)), List.of(type, type, type));
      Tensor both = Tensor.ofDoubles(type, 21, 41);
      assertEquals(List.of(both, both, eleven), second);
      assertEquals(
          Map.of("miser.state.a", "a.next", "miser.state.b", "b.next"), runtime.metadata());
    }
  }

  /** Outputs of ONNX are nodes' and differ in name; results of ours may be anything. */
  @Test
  void resultsKeepTheirNamesWhereTheyCan() throws OrtException {
    Function function =
        function(
            """
            func @results(%x: f32[2], param %"odd name": f32[2] = fill(3.0))
                -> (f32[2], f32[2], f32[2], f32[2], f32[2], f32[1,2]) {
              %y = add %x, %"odd name"
              %one = constant {value = f32[2](1.0)}
              %same = reshape %y {shape = [2]}
              %wide = reshape %one {shape = [1, 2]}
              return %y, %y, %x, %one, %same, %wide
            }
            """);
    Path file = folder.resolve("results.onnx");
    OnnxExporter.write(function, WeightSource.seeded(function.parameters(), SEED), file);
    Tensor x = Tensor.ofDoubles(TensorType.of(ElementType.F32, 2), 10, 20);
    try (OnnxRuntime runtime = OnnxRuntime.load(file)) {
      assertEquals(List.of("y", "y.1", "x.1", "one", "same", "wide"), runtime.outputs());
      List<Tensor> found =
          runtime.run(Map.of("x", x), function.results().stream().map(Value::type).toList());
      Tensor sum = Tensor.ofDoubles(x.type(), 13, 23);
      Tensor one = Tensor.ofDoubles(x.type(), 1, 1);
      Tensor wide = Tensor.ofDoubles(TensorType.of(ElementType.F32, 1, 2), 1, 1);
      assertEquals(List.of(sum, sum, x, one, sum, wide), found);
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "miser.full", matches = "true")
  void weightsOfMoreThanOneGibibyteLieBeside() throws OrtException, IOException {
    Function function =
        function(
            """
            func @large(%x: f32[1,8], param %a: f32[8,36000000] = uniform(-1.0, 1.0), param %b: f32[8] = fill(2.0))
                -> f32[1,8] {
              %part = slice %a {start = [0, 35999992], limit = [8, 36000000]}
              %product = dot %x, %part
              %row = reshape %b {shape = [1, 8]}
              %y = add %product, %row
              return %y
            }
            """);
    Values values = Values.seeded(function, SEED);
    Tensor found = run(function, inputs(function, values)).getFirst();
    assertEquals(8 * 36_000_000L * 4, Files.size(folder.resolve("model.onnx.data")));
    assertTrue(Files.size(folder.resolve("model.onnx")) < 4096);
    Tensor x = values.inputs().of(function.parameters().getFirst());
    var weights = WeightSource.seeded(function.parameters(), SEED);
    for (int column = 0; column < 8; column++) {
      double sum = 2;
      for (int row = 0; row < 8; row++) {
        var element = MemorySegment.ofArray(new byte[4]);
        long at = row * 36_000_000L + 35_999_992 + column;
        weights.fill(function.parameters().get(1), at, element);
        sum += x.doubles()[row] * Literal.getDouble(element, ElementType.F32, 0);
      }
      assertEquals(sum, found.doubles()[column], 1e-5);
    }
  }

  private static Function function(String text) {
    return Parser.parse(new Source("test", text)).function();
  }
}
