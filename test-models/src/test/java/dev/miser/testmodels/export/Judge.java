package dev.miser.testmodels.export;

import ai.onnxruntime.OrtException;
import dev.miser.frontend.weights.WeightSource;
import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Reference;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.op.Elementwise;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.onnx.export.OnnxExporter;
import dev.miser.testmodels.RandomTensors;
import dev.miser.testmodels.property.InstructionBound;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** ONNX Runtime as the judge of exported functions, whose files lie in a folder for a moment. */
record Judge(Path folder) {
  /**
   * Returns what is wrong with any value of a function over random inputs, each instruction taken
   * alone with what ONNX Runtime made of its operands.
   */
  List<String> complaints(Function given, long seed) throws OrtException {
    Function function = revealing(given);
    Map<String, Tensor> tensors = RandomTensors.of(function, seed, RandomTensors.Kind.ORDINARY);
    List<Tensor> found = run(function, tensors);
    Map<Value, Tensor> values = new HashMap<>();
    function.parameters().forEach(p -> values.put(p.value(), tensors.get(p.value().name())));
    for (int i = 0; i < found.size(); i++) {
      values.put(function.results().get(i), found.get(i));
    }
    var complaints = new ArrayList<String>();
    for (Instruction instruction : function.body()) {
      var operands = new ArrayList<Tensor>();
      instruction.operands().forEach(operand -> operands.add(values.get(operand)));
      Tensor result = values.get(instruction.result());
      // A type that its interface for Java lacks is seen through what converts it.
      boolean isKnown = result != null && !operands.contains(null);
      if (isKnown && isComparable(function, instruction, operands)) {
        Tensor expected = Reference.evaluate(instruction, values, Precision.DECLARED);
        String complaint =
            InstructionBound.complaint(
                instruction, operands, expected, Objects.requireNonNull(result));
        if (complaint != null) {
          complaints.add(instruction.result() + " " + complaint);
        }
      }
    }
    return complaints;
  }

  /**
   * What sums of huge numbers come to depends on their order, and where NaN stands among others is
   * open in ONNX. Between operators of f16 ONNX Runtime keeps what it computed in f32.
   */
  private static boolean isComparable(
      Function function, Instruction instruction, List<Tensor> operands) {
    boolean isRounded =
        instruction.operands().stream()
            .filter(operand -> operand.type().element() == ElementType.F16)
            .allMatch(o -> function.parameters().stream().anyMatch(p -> p.value().equals(o)));
    return isRounded
        && (instruction.op() instanceof Elementwise
            || operands.stream().allMatch(Judge::isInProportion));
  }

  private static boolean isInProportion(Tensor tensor) {
    if (tensor.type().element().isFloat()) {
      for (double x : tensor.doubles()) {
        if (!(Math.abs(x) < 1e10)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Returns the function with its parameters as inputs, returning every value that it can. */
  private static Function revealing(Function function) {
    Set<Value> results = new LinkedHashSet<>();
    function.body().forEach(i -> results.add(i.result()));
    results.addAll(function.results());
    return new Function(
        function.name(),
        function.parameters().stream().map(p -> Parameter.input(p.value())).toList(),
        function.body(),
        results.stream().filter(v -> OnnxRuntime.javaType(v.type().element()) != null).toList(),
        List.of(),
        function.place());
  }

  /** Returns the results of a function whose parameters are all inputs. */
  List<Tensor> run(Function function, Map<String, Tensor> inputs) throws OrtException {
    Path file = folder.resolve("program.onnx");
    OnnxExporter.write(function, WeightSource.seeded(function.parameters(), 0), file);
    try (OnnxRuntime runtime = OnnxRuntime.load(file)) {
      return runtime.run(inputs, function.results().stream().map(Value::type).toList());
    }
  }
}
