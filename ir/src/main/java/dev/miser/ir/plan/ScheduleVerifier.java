package dev.miser.ir.plan;

import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.Place;
import dev.miser.ir.diag.RuleViolation;
import dev.miser.ir.diag.Severity;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.func.StateUpdate;
import dev.miser.ir.op.Concat;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Reshape;
import dev.miser.ir.op.Slice;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Checks every rule of a schedule and collects all violations. */
public final class ScheduleVerifier {
  /** Who defines a value that all later steps see. */
  private enum Origin {
    /** Given anew for each step, or replaced by it: init may not read it. */
    BOUND_BY_STEP,
    PARAMETER,
    KERNEL_OF_INIT,
    KERNEL_OF_STEP,
    /** Lies inside another value: a reshape or a slice. */
    PART,
    CONCAT_OF_INIT,
    CONCAT_OF_STEP
  }

  private final Map<String, Value> visible = new HashMap<>();
  private final Map<Value, Origin> origins = new HashMap<>();
  private final Set<Value> placed = new HashSet<>();
  private final List<Diagnostic> diagnostics = new ArrayList<>();
  private final Schedule schedule;

  private ScheduleVerifier(Schedule schedule) {
    this.schedule = schedule;
  }

  /** Returns all violations, in program order; empty if the schedule is legal. */
  public static List<Diagnostic> verify(Schedule schedule) {
    var verifier = new ScheduleVerifier(schedule);
    verifier.run();
    return verifier.diagnostics;
  }

  /** As {@link #verify(Schedule)}; each kernel also has to be one that the catalogue can run. */
  public static List<Diagnostic> verify(Schedule schedule, KernelCatalog catalog) {
    var verifier = new ScheduleVerifier(schedule);
    verifier.run();
    if (verifier.diagnostics.isEmpty()) {
      for (Step step : schedule.timeline()) {
        if (step instanceof Kernel kernel) {
          verifier.algorithm(kernel, catalog);
        }
      }
    }
    return verifier.diagnostics;
  }

  private void run() {
    for (Parameter parameter : schedule.parameters()) {
      boolean fixed = parameter.role() == Parameter.Role.PARAM;
      define(parameter.value(), fixed ? Origin.PARAMETER : Origin.BOUND_BY_STEP, parameter.place());
    }
    for (Step step : schedule.init()) {
      for (Value input : step.inputs()) {
        if (origins.get(input) == Origin.BOUND_BY_STEP) {
          kernel(step, "init reads " + input + ", which only the step knows");
        }
      }
      step(step, Origin.KERNEL_OF_INIT, Origin.CONCAT_OF_INIT);
    }
    for (Step step : schedule.steps()) {
      step(step, Origin.KERNEL_OF_STEP, Origin.CONCAT_OF_STEP);
    }
    for (Value result : schedule.results()) {
      use(result, Place.NONE);
    }
    Set<Value> assigned = new HashSet<>();
    for (StateUpdate update : schedule.updates()) {
      use(update.state(), Place.NONE);
      use(update.next(), Place.NONE);
      if (!update.state().type().equals(update.next().type())) {
        report(
            Code.FUNC_STATE_TYPE,
            Place.NONE,
            update.state().name(),
            update.state().type(),
            update.next().type());
      }
      if (schedule.parameters().stream()
          .noneMatch(p -> p.role() == Parameter.Role.STATE && p.value().equals(update.state()))) {
        report(Code.FUNC_STATE_TARGET, Place.NONE, update.state().name());
      }
      if (!assigned.add(update.state())) {
        report(Code.FUNC_STATE_TWICE, Place.NONE, update.state().name());
      }
    }
  }

  private void step(Step step, Origin kernelOrigin, Origin concatOrigin) {
    switch (step) {
      case Kernel kernel -> {
        body(kernel);
        for (Value output : kernel.outputs()) {
          define(output, kernelOrigin, kernel.place());
        }
      }
      case View(Instruction instruction) -> {
        instruction.operands().forEach(o -> use(o, instruction.place()));
        if (infers(instruction)) {
          view(instruction, kernelOrigin, concatOrigin);
        }
        boolean whole = instruction.op() instanceof Concat;
        define(instruction.result(), whole ? concatOrigin : Origin.PART, instruction.place());
      }
    }
  }

  private void body(Kernel kernel) {
    Map<String, Value> local = new HashMap<>();
    for (Instruction instruction : kernel.body()) {
      for (Value operand : instruction.operands()) {
        Value known = local.get(operand.name());
        if (known == null) {
          use(operand, instruction.place());
        } else if (!known.equals(operand)) {
          report(Code.FUNC_TYPE_MISMATCH, instruction.place(), operand.type(), known.type());
        }
      }
      infers(instruction);
      String name = instruction.result().name();
      boolean again = local.put(name, instruction.result()) != null;
      if (again || visible.containsKey(name)) {
        report(Code.PARSE_REDEFINITION, instruction.place(), name);
      }
    }
    if (kernel.outputs().isEmpty()) {
      kernel(kernel, "it has no outputs");
    }
    for (Value output : kernel.outputs()) {
      if (!output.equals(local.get(output.name()))) {
        kernel(kernel, "output " + output + " is not defined in its body");
      }
    }
  }

  private boolean infers(Instruction instruction) {
    try {
      TensorType inferred = instruction.op().inferType();
      if (inferred.equals(instruction.type())) {
        return true;
      }
      report(Code.FUNC_TYPE_MISMATCH, instruction.place(), instruction.type(), inferred);
    } catch (RuleViolation violation) {
      diagnostics.add(
          new Diagnostic(
              Severity.ERROR, violation.code(), instruction.place(), violation.text(), List.of()));
    }
    return false;
  }

  private void view(Instruction instruction, Origin kernelOrigin, Origin concatOrigin) {
    switch (instruction.op()) {
      case Reshape reshape -> {}
      case Slice slice -> {
        if (!isContiguous(slice)) {
          notView(instruction, "the slice is not contiguous");
        }
      }
      case Concat concat -> {
        TensorType type = instruction.type();
        if (type.shape().elementCount(0, concat.axis()) != 1) {
          notView(instruction, "an axis outside of axis " + concat.axis() + " is not 1");
        }
        for (Value operand : concat.inputs()) {
          Origin origin = origins.get(operand);
          if (origin != kernelOrigin && origin != concatOrigin) {
            notView(instruction, "no kernel of the same entry writes " + operand);
          } else if (!placed.add(operand)) {
            notView(instruction, operand + " lies inside another concat already");
          }
        }
      }
      // Any other operation moves bytes.
      case Op other -> notView(instruction, other.mnemonic() + " moves bytes");
    }
  }

  /** Returns whether no element of the operand is left out between the first and the last. */
  private static boolean isContiguous(Slice slice) {
    TensorType from = slice.x().type();
    TensorType to = slice.inferType();
    long first = 0;
    long last = 0;
    for (int axis = 0; axis < from.rank(); axis++) {
      long start = slice.start().get(axis);
      first = first * from.dim(axis) + start;
      last = last * from.dim(axis) + start + (to.dim(axis) - 1) * slice.stride().get(axis);
    }
    return to.elementCount() == 0 || last - first + 1 == to.elementCount();
  }

  private void algorithm(Kernel kernel, KernelCatalog catalog) {
    List<Algorithm> algorithms =
        catalog.algorithms(kernel.body(), kernel.outputs(), schedule.target());
    for (Algorithm algorithm : algorithms) {
      if (algorithm.name().equals(kernel.algorithm())) {
        if (algorithm.workspaceBytes() != kernel.workspaceBytes()) {
          kernel(
              kernel,
              "workspace is "
                  + kernel.workspaceBytes()
                  + ", expected "
                  + algorithm.workspaceBytes());
        }
        return;
      }
    }
    String known = algorithms.stream().map(Algorithm::name).collect(Collectors.joining(", "));
    report(
        Code.SCHEDULE_ALGORITHM,
        kernel.place(),
        kernel.algorithm(),
        name(kernel),
        known.isEmpty() ? "; it cannot be one kernel" : "; known: " + known);
  }

  private void define(Value value, Origin origin, Place place) {
    if (visible.putIfAbsent(value.name(), value) != null) {
      report(Code.PARSE_REDEFINITION, place, value.name());
    }
    origins.putIfAbsent(value, origin);
  }

  private void use(Value value, Place place) {
    Value definition = visible.get(value.name());
    if (definition == null) {
      report(Code.PARSE_UNDEFINED, place, value.name(), "");
    } else if (!definition.type().equals(value.type())) {
      report(Code.FUNC_TYPE_MISMATCH, place, value.type(), definition.type());
    }
  }

  private void kernel(Step step, String problem) {
    report(Code.SCHEDULE_KERNEL, step.place(), name(step), problem);
  }

  private static String name(Step step) {
    return step.outputs().stream().map(Value::toString).collect(Collectors.joining(", ", "(", ")"));
  }

  private void notView(Instruction instruction, String problem) {
    report(Code.SCHEDULE_VIEW, instruction.place(), instruction.result(), problem);
  }

  private void report(Code code, Place place, Object... arguments) {
    diagnostics.add(Diagnostic.error(code, place, arguments));
  }
}
