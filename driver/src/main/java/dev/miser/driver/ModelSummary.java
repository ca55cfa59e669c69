package dev.miser.driver;

import dev.miser.compiler.Compilation;
import dev.miser.compiler.Model;
import dev.miser.frontend.Program;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.op.Constant;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.View;
import dev.miser.ir.type.ElementType;
import dev.miser.onnx.ImportedModel.Origin;
import dev.miser.passes.analysis.Cost;
import dev.miser.passes.analysis.Liveness;
import dev.miser.passes.analysis.ParameterCount;
import dev.miser.passes.memory.MemoryReport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one wants to know of a model first; {@code miser summary --json} prints it with these names.
 * Everything but {@code memory.arena} and {@code memory.planned} is of the program as it was read,
 * before any pass.
 *
 * @param origin what an ONNX model says of itself; null for a text
 * @param activations what instructions compute, largest first; constants are none
 */
record ModelSummary(
    String program,
    @Nullable Origin origin,
    List<Tensor> inputs,
    List<Tensor> results,
    Count parameters,
    Count state,
    int instructions,
    List<Operation> operations,
    long flops,
    long multiplyAdds,
    Memory memory,
    List<Activation> activations) {
  /** An input or a result. */
  record Tensor(String name, String type, long bytes) {
    static Tensor of(Value value) {
      return new Tensor(value.name(), value.type().toString(), value.type().byteCount());
    }
  }

  /** How many tensors and elements there are, in all and of each element type. */
  record Count(int tensors, long elements, long bytes, List<OfType> types) {}

  /** See {@link Count}. */
  record OfType(String type, int tensors, long elements, long bytes) {}

  /** How many instructions have an operation. */
  record Operation(String name, int count) {}

  /** What an instruction computes. */
  record Activation(String name, String type, long bytes, String operation) {}

  /**
   * What a step needs beside parameters and state, in bytes, and the whole arena.
   *
   * @param activationBytes inputs and all that instructions compute, nothing shared
   * @param programOrderBytes the most alive at once, were it run instruction by instruction; null
   *     if the program was read in a later form
   * @param plannedBytes the same in the plan: kernels fused, cut in strips and placed
   * @param arenaBytes all that a running program needs: parameters, state and the former
   */
  record Memory(
      long activationBytes, @Nullable Long programOrderBytes, long plannedBytes, long arenaBytes) {}

  ModelSummary {
    inputs = List.copyOf(inputs);
    results = List.copyOf(results);
    operations = List.copyOf(operations);
    activations = List.copyOf(activations);
  }

  static ModelSummary of(Model model, Compilation compilation) {
    List<Instruction> body = instructions(model.program());
    List<Activation> activations = activations(body);
    Cost cost = Cost.of(body);
    List<Tensor> inputs =
        compilation.inputs().stream().map(input -> Tensor.of(input.value())).toList();
    long activationBytes = 0;
    for (Tensor input : inputs) {
      activationBytes += input.bytes();
    }
    for (Activation activation : activations) {
      activationBytes += activation.bytes();
    }
    MemoryReport report = MemoryReport.of(compilation.plan());
    return new ModelSummary(
        name(model.program()),
        model.origin(),
        inputs,
        compilation.results().stream().map(Tensor::of).toList(),
        count(compilation.parameters(), Parameter.Role.PARAM),
        count(compilation.parameters(), Parameter.Role.STATE),
        body.size(),
        operations(body),
        cost.flops(),
        cost.multiplyAdds(),
        new Memory(
            activationBytes,
            programOrderBytes(model.program()),
            report.transientBytes(),
            report.arenaBytes()),
        activations);
  }

  private static String name(Program program) {
    return switch (program) {
      case Program.OfFunction(var function) -> function.name();
      case Program.OfSchedule(var schedule) -> schedule.name();
      case Program.OfPlan(var plan) -> plan.schedule().name();
    };
  }

  private static List<Instruction> instructions(Program program) {
    return switch (program) {
      case Program.OfFunction(var function) -> function.body();
      case Program.OfSchedule(var schedule) -> instructions(schedule);
      case Program.OfPlan(var plan) -> instructions(plan.schedule());
    };
  }

  private static List<Instruction> instructions(Schedule schedule) {
    var all = new ArrayList<Instruction>();
    schedule
        .timeline()
        .forEach(step -> {
          switch (step) {
            case Kernel kernel -> all.addAll(kernel.body());
            case View view -> all.add(view.instruction());
          }
        });
    return all;
  }

  private static @Nullable Long programOrderBytes(Program program) {
    return switch (program) {
      case Program.OfFunction(var function) ->
          Liveness.OF.of(function).peakBytes() - ParameterCount.of(function).bytes();
      case Program.OfSchedule later -> null;
      case Program.OfPlan later -> null;
    };
  }

  private static Count count(List<Parameter> parameters, Parameter.Role role) {
    Map<ElementType, OfType> types = new EnumMap<>(ElementType.class);
    int tensors = 0;
    long elements = 0;
    long bytes = 0;
    for (Parameter parameter : parameters) {
      if (parameter.role() != role) {
        continue;
      }
      var type = parameter.value().type();
      var one = new OfType(type.element().text(), 1, type.elementCount(), type.byteCount());
      types.merge(
          type.element(),
          one,
          (a, b) ->
              new OfType(
                  a.type(),
                  a.tensors() + b.tensors(),
                  a.elements() + b.elements(),
                  a.bytes() + b.bytes()));
      tensors++;
      elements += type.elementCount();
      bytes += type.byteCount();
    }
    return new Count(tensors, elements, bytes, List.copyOf(types.values()));
  }

  private static List<Operation> operations(List<Instruction> body) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    body.forEach(instruction -> counts.merge(instruction.op().mnemonic(), 1, Integer::sum));
    return counts.entrySet().stream()
        .map(entry -> new Operation(entry.getKey(), entry.getValue()))
        .sorted(Comparator.comparingInt(Operation::count).reversed())
        .toList();
  }

  private static List<Activation> activations(List<Instruction> body) {
    return body.stream()
        .filter(instruction -> !(instruction.op() instanceof Constant))
        .map(instruction ->
            new Activation(
                instruction.result().name(),
                instruction.type().toString(),
                instruction.type().byteCount(),
                instruction.op().mnemonic()))
        .sorted(Comparator.comparingLong(Activation::bytes).reversed())
        .toList();
  }
}
