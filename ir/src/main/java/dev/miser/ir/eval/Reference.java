package dev.miser.ir.eval;

import dev.miser.ir.diag.Code;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.func.StateUpdate;
import dev.miser.ir.op.Attention;
import dev.miser.ir.op.Contraction;
import dev.miser.ir.op.Elementwise;
import dev.miser.ir.op.Indexing;
import dev.miser.ir.op.Layout;
import dev.miser.ir.op.Normalization;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Ordering;
import dev.miser.ir.op.Reduction;
import dev.miser.ir.op.Source;
import dev.miser.ir.op.Value;
import dev.miser.ir.op.Windowed;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.Step;
import dev.miser.ir.plan.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The definition of every result: what a program computes, in plain loops meant to be read. */
public final class Reference {
  private final Precision precision;
  private final Inputs inputs;
  private final Map<Value, Parameter> parameters = new HashMap<>();
  private final Map<Value, Integer> lastUses = new HashMap<>();
  private final Map<Value, Tensor> live = new HashMap<>();

  private Reference(List<Parameter> parameters, Inputs inputs, Precision precision) {
    this.precision = precision;
    this.inputs = inputs;
    parameters.forEach(p -> this.parameters.put(p.value(), p));
  }

  /**
   * Returns what {@code function} computes.
   *
   * @throws EvaluationException if an input is missing or of another type, an index is out of
   *     range, or an integer is divided by zero
   */
  public static Evaluation evaluate(Function function, Inputs inputs, Precision precision) {
    var reference = new Reference(function.parameters(), inputs, precision);
    List<Instruction> body = function.body();
    var steps = new ArrayList<Step>();
    for (Instruction instruction : body) {
      // A step of its own: the same walk serves functions and schedules.
      steps.add(new View(instruction));
    }
    return reference.run(steps, function.results(), function.updates());
  }

  /**
   * Returns what one step of {@code schedule} computes after its init.
   *
   * @throws EvaluationException as for a function
   */
  public static Evaluation evaluate(Schedule schedule, Inputs inputs, Precision precision) {
    var reference = new Reference(schedule.parameters(), inputs, precision);
    return reference.run(schedule.timeline(), schedule.results(), schedule.updates());
  }

  /**
   * Returns what one instruction computes from its operands.
   *
   * @throws EvaluationException as for a function
   */
  public static Tensor evaluate(
      Instruction instruction, Map<Value, Tensor> operands, Precision precision) {
    return compute(instruction, operands::get, precision);
  }

  private Evaluation run(List<Step> steps, List<Value> results, List<StateUpdate> updates) {
    var kept = new LinkedHashSet<>(results);
    updates.forEach(update -> kept.add(update.next()));
    for (int time = 0; time < steps.size(); time++) {
      for (Value input : steps.get(time).inputs()) {
        lastUses.put(input, time);
      }
    }
    for (int time = 0; time < steps.size(); time++) {
      Step step = steps.get(time);
      switch (step) {
        case View view -> live.put(view.instruction().result(), compute(view.instruction()));
        case Kernel kernel -> run(kernel);
      }
      drop(step.inputs(), time, kept);
      drop(step.outputs(), time, kept);
    }
    var states = new LinkedHashMap<String, Tensor>();
    for (StateUpdate update : updates) {
      states.put(update.state().name(), present(update.next()));
    }
    return new Evaluation(results.stream().map(this::present).toList(), states);
  }

  /** Values that a kernel's body defines are its own, save its outputs. */
  private void run(Kernel kernel) {
    var local = new HashMap<Value, Tensor>();
    kernel.inputs().forEach(input -> local.put(input, present(input)));
    for (Instruction instruction : kernel.body()) {
      local.put(instruction.result(), compute(instruction, local::get, precision));
    }
    for (Value output : kernel.outputs()) {
      live.put(output, require(local.get(output), output));
    }
  }

  /** Drops what is not used after {@code time}, so that big programs fit into memory. */
  private void drop(List<Value> values, int time, Set<Value> kept) {
    for (Value value : values) {
      if (!kept.contains(value) && lastUses.getOrDefault(value, time) <= time) {
        live.remove(value);
      }
    }
  }

  private Tensor present(Value value) {
    Tensor tensor = live.get(value);
    if (tensor != null) {
      return tensor;
    }
    Parameter parameter = parameters.get(value);
    if (parameter == null) {
      throw new IllegalArgumentException(value + " is used before its definition");
    }
    Tensor given = inputs.of(parameter);
    if (!given.type().equals(value.type())) {
      throw new EvaluationException(
          Code.RUN_INPUT, value, value.name(), "is " + given.type() + ", expected " + value.type());
    }
    Tensor rounded = precision == Precision.DECLARED ? given.rounded() : given;
    live.put(value, rounded);
    return rounded;
  }

  private Tensor compute(Instruction instruction) {
    return compute(instruction, this::present, precision);
  }

  private interface Lookup {
    @Nullable Tensor find(Value value);
  }

  private static Tensor compute(Instruction instruction, Lookup lookup, Precision precision) {
    var operands =
        new Operands() {
          @Override
          public Tensor of(Value operand) {
            return require(lookup.find(operand), operand);
          }

          @Override
          public Precision precision() {
            return precision;
          }
        };
    Tensor exact;
    try {
      exact = compute(instruction.op(), operands);
    } catch (Failure failure) {
      throw new EvaluationException(failure.code(), instruction.result(), failure.arguments());
    }
    return precision == Precision.DECLARED ? exact.rounded() : exact;
  }

  private static Tensor require(@Nullable Tensor tensor, Value value) {
    if (tensor == null) {
      throw new IllegalArgumentException("no elements are given for " + value);
    }
    return tensor;
  }

  private static Tensor compute(Op op, Operands operands) {
    return switch (op) {
      case Source source -> SourceMeaning.of(source, operands);
      case Elementwise elementwise -> ElementwiseMeaning.of(elementwise, operands);
      case Layout layout -> LayoutMeaning.of(layout, operands);
      case Indexing indexing -> IndexingMeaning.of(indexing, operands);
      case Contraction contraction -> ContractionMeaning.of(contraction, operands);
      case Reduction reduction -> ReductionMeaning.of(reduction, operands);
      case Ordering ordering -> OrderingMeaning.of(ordering, operands);
      case Windowed windowed -> WindowedMeaning.of(windowed, operands);
      case Normalization normalization -> NormalizationMeaning.of(normalization, operands);
      case Attention attention -> AttentionMeaning.of(attention, operands);
    };
  }
}
