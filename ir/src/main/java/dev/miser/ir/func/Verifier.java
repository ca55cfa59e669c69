package dev.miser.ir.func;

import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.Place;
import dev.miser.ir.diag.RuleViolation;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** Checks every rule of a function and collects all violations. */
public final class Verifier {
  private final Map<String, Value> defined = new HashMap<>();
  private final List<Diagnostic> diagnostics = new ArrayList<>();

  private Verifier() {}

  /** Returns all violations, in program order; empty if the function is legal. */
  public static List<Diagnostic> verify(Function function) {
    var verifier = new Verifier();
    verifier.function(function);
    return verifier.diagnostics;
  }

  private void function(Function function) {
    for (Parameter parameter : function.parameters()) {
      define(parameter.value(), parameter.place());
      Range range = parameter.range();
      if (range != null
          && (range.low() >= range.high() || parameter.value().type().element().isFloat())) {
        report(
            Code.PARSE_RANGE,
            parameter.place(),
            range.low(),
            range.high(),
            parameter.value().type().element());
      }
    }
    for (Instruction instruction : function.body()) {
      instruction(instruction);
    }
    for (Value result : function.results()) {
      use(result, function.place());
    }
    if (function.results().isEmpty() && function.updates().isEmpty()) {
      report(Code.FUNC_NO_RESULT, function.place());
    }
    var assigned = new HashSet<Value>();
    var states =
        new HashSet<>(
            function.parameters(Parameter.Role.STATE).stream().map(Parameter::value).toList());
    for (StateUpdate update : function.updates()) {
      use(update.next(), function.place());
      if (!states.contains(update.state())) {
        report(Code.FUNC_STATE_TARGET, function.place(), update.state().name());
      } else if (!update.state().type().equals(update.next().type())) {
        report(
            Code.FUNC_STATE_TYPE,
            function.place(),
            update.state().name(),
            update.state().type(),
            update.next().type());
      }
      if (!assigned.add(update.state())) {
        report(Code.FUNC_STATE_TWICE, function.place(), update.state().name());
      }
    }
  }

  private void instruction(Instruction instruction) {
    for (Value operand : instruction.operands()) {
      use(operand, instruction.place());
    }
    try {
      TensorType inferred = instruction.op().inferType();
      if (!inferred.equals(instruction.type())) {
        report(Code.FUNC_TYPE_MISMATCH, instruction.place(), instruction.type(), inferred);
      }
    } catch (RuleViolation violation) {
      diagnostics.add(
          new Diagnostic(
              dev.miser.ir.diag.Severity.ERROR,
              violation.code(),
              instruction.place(),
              violation.text(),
              List.of()));
    }
    define(instruction.result(), instruction.place());
  }

  private void define(Value value, Place place) {
    if (defined.putIfAbsent(value.name(), value) != null) {
      report(Code.PARSE_REDEFINITION, place, value.name());
    }
  }

  private void use(Value value, Place place) {
    Value definition = defined.get(value.name());
    if (definition == null) {
      report(Code.PARSE_UNDEFINED, place, value.name(), "");
    } else if (!definition.type().equals(value.type())) {
      report(Code.FUNC_TYPE_MISMATCH, place, value.type(), definition.type());
    }
  }

  private void report(Code code, Place place, Object... arguments) {
    diagnostics.add(Diagnostic.error(code, place, arguments));
  }
}
