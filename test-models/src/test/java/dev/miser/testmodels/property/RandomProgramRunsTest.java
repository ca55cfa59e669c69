package dev.miser.testmodels.property;

import static org.junit.jupiter.api.Assertions.fail;

import dev.miser.compiler.Options;
import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Reference;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Value;
import dev.miser.passes.Pipeline;
import dev.miser.passes.simplify.BatchNormFolding;
import dev.miser.passes.simplify.ConstantFolding;
import dev.miser.testmodels.RandomPrograms;
import dev.miser.testmodels.RandomTensors;
import dev.miser.testmodels.Shrinker;
import dev.miser.testmodels.e2e.Compiled;
import dev.miser.testmodels.e2e.Values;
import dev.miser.testmodels.e2e.Way;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random programs, compiled: the same bits whatever fusion, layout, threads and vector width, and
 * each instruction alone as the reference evaluator has it, given the operands that kernels made.
 */
class RandomProgramRunsTest {
  private static final int PROGRAMS = Boolean.getBoolean("miser.full") ? 2500 : 30;

  @ParameterizedTest
  @EnumSource
  void keepTheirBitsAndMeaning(RandomTensors.Kind kind) {
    for (long seed = 0; seed < PROGRAMS; seed++) {
      Function function = RandomPrograms.function(seed, 10 + (int) seed % 30);
      Map<String, Tensor> tensors = RandomTensors.of(function, seed, kind);
      String complaint = complaint(function, tensors, kind);
      if (complaint != null) {
        long inputs = seed;
        Function small =
            Shrinker.shrink(
                revealing(function),
                f -> complaint(f, RandomTensors.of(f, inputs, kind), kind) != null);
        fail("seed " + seed + ": " + complaint + "\n" + small);
      }
    }
  }

  /** Returns what is wrong with a program, or null. */
  private static @Nullable String complaint(
      Function function, Map<String, Tensor> tensors, RandomTensors.Kind kind) {
    try {
      Values values = Values.of(tensors);
      Function revealing = revealing(function);
      Compiled alone = Compiled.of(revealing, Way.UNFUSED, RandomProgramRunsTest::withoutPasses);
      var found = new HashMap<Value, Tensor>();
      List<Tensor> all = alone.run(values, 1, 1);
      for (int i = 0; i < all.size(); i++) {
        found.put(revealing.results().get(i), all.get(i));
      }
      function.parameters().forEach(p -> found.put(p.value(), tensors.get(p.value().name())));
      String meaning = meaning(function, found, kind);
      return meaning != null ? meaning : bits(function, values, found);
    } catch (RuntimeException failure) { // a fault of ours, whichever it is
      return failure.toString();
    }
  }

  /** Returns the function that returns every value: nothing is fused away or overwritten. */
  private static Function revealing(Function function) {
    Set<Value> results = new LinkedHashSet<>();
    function.body().forEach(i -> results.add(i.result()));
    results.addAll(function.results());
    return new Function(
        function.name(),
        function.parameters(),
        function.body(),
        List.copyOf(results),
        List.of(),
        function.place());
  }

  private static @Nullable String meaning(
      Function function, Map<Value, Tensor> found, RandomTensors.Kind kind) {
    for (Instruction instruction : function.body()) {
      Map<Value, Tensor> operands = new HashMap<>();
      var list = new ArrayList<Tensor>();
      for (Value operand : instruction.operands()) {
        operands.put(operand, found.get(operand));
        list.add(found.get(operand));
      }
      // Sums of infinities and of numbers whose product overflows have no one right result.
      boolean isExact = list.stream().allMatch(RandomProgramRunsTest::isOrdinary);
      if (kind == RandomTensors.Kind.AWKWARD && !isExact) {
        continue;
      }
      Tensor expected = Reference.evaluate(instruction, operands, Precision.DECLARED);
      String complaint =
          InstructionBound.complaint(
              instruction, list, expected, Objects.requireNonNull(found.get(instruction.result())));
      if (complaint != null) {
        return instruction.result() + " " + complaint;
      }
    }
    return null;
  }

  private static boolean isOrdinary(Tensor tensor) {
    if (!tensor.type().element().isFloat()) {
      return true;
    }
    for (double x : tensor.doubles()) {
      if (!(Math.abs(x) < 1e4)) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable String bits(
      Function function, Values values, Map<Value, Tensor> expected) {
    for (Way way : List.of(Way.NARROW, Way.MIDDLE, Way.WIDE, Way.UNPLANNED)) {
      Compiled compiled = Compiled.of(function, way, RandomProgramRunsTest::exactPasses);
      for (int threads = 1; threads <= 2; threads++) {
        List<Tensor> results = compiled.run(values, threads, 1);
        for (int i = 0; i < results.size(); i++) {
          Value result = function.results().get(i);
          if (!results.get(i).equals(Objects.requireNonNull(expected.get(result)))) {
            return "%s, %d threads: %s is\n%s\ninstead of\n%s\nin\n%s"
                .formatted(
                    way,
                    threads,
                    result,
                    results.get(i),
                    expected.get(result),
                    compiled.compilation().schedule());
          }
        }
      }
    }
    return null;
  }

  private static Options withoutPasses(Options options) {
    return options.withPipeline(new Pipeline(List.of(), List.of()));
  }

  /** Folded norms and constants round otherwise, as they are documented to. */
  private static Options exactPasses(Options options) {
    return options.withPasses(
        options
            .passes()
            .withDisable(Set.of(BatchNormFolding.DEFAULT.name(), ConstantFolding.DEFAULT.name())));
  }
}
