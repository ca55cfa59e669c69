package dev.miser.compiler;

import dev.miser.frontend.weights.WeightSource;
import dev.miser.ir.eval.Evaluation;
import dev.miser.ir.eval.Inputs;
import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Reference;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.View;
import dev.miser.ir.type.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the reference evaluator makes of a program on the same inputs and weights. */
public final class ReferenceRun {
  private ReferenceRun() {}

  /** Evaluates the program as it entered the compilation, with every sum in double. */
  public static List<Tensor> evaluate(
      Compilation compilation, WeightSource weights, Map<String, MemorySegment> inputs) {
    Inputs source =
        parameter -> {
          MemorySegment given = inputs.get(parameter.value().name());
          return given != null
              ? Tensor.read(parameter.value().type(), given)
              : fromWeights(parameter, weights);
        };
    Evaluation evaluation =
        switch (compilation.source()) {
          case dev.miser.frontend.Program.OfFunction(Function function) ->
              Reference.evaluate(function, source, Precision.DECLARED);
          case dev.miser.frontend.Program.OfSchedule(Schedule schedule) ->
              Reference.evaluate(schedule, source, Precision.DECLARED);
          case dev.miser.frontend.Program.OfPlan(var plan) ->
              Reference.evaluate(plan.schedule(), source, Precision.DECLARED);
        };
    return evaluation.results();
  }

  private static Tensor fromWeights(Parameter parameter, WeightSource weights) {
    TensorType type = parameter.value().type();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(Math.max(type.byteCount(), 1), 64);
      MemorySegment exact = bytes.asSlice(0, type.byteCount());
      weights.fill(parameter, exact);
      return Tensor.read(type, exact);
    }
  }

  /**
   * Returns the largest error that results may have: each instruction of a float type may add some
   * units of its type's rounding, and a long sum the root of its length.
   */
  public static double bound(Schedule schedule) {
    double bound = 0;
    var instructions = new ArrayList<Instruction>();
    schedule
        .timeline()
        .forEach(step -> {
          switch (step) {
            case Kernel kernel -> instructions.addAll(kernel.body());
            case View view -> instructions.add(view.instruction());
          }
        });
    for (Instruction instruction : instructions) {
      double unit = Comparison.roundingUnit(instruction.type().element());
      long elements = 1;
      for (var operand : instruction.operands()) {
        elements = Math.max(elements, operand.type().elementCount());
      }
      long most = Math.max(elements / Math.max(instruction.type().elementCount(), 1), 1);
      bound += unit * (4 + Math.sqrt((double) most));
    }
    return bound;
  }
}
