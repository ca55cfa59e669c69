package dev.miser.ir.func;

import dev.miser.ir.diag.Place;
import dev.miser.ir.diag.RuleViolation;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Builds a function one instruction after the other, inferring types and keeping names unique. */
public final class FunctionBuilder {
  private final String name;
  private final List<Parameter> parameters = new ArrayList<>();
  private final List<Instruction> body = new ArrayList<>();
  private final List<Value> results = new ArrayList<>();
  private final List<StateUpdate> updates = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  public FunctionBuilder(String name) {
    this.name = name;
  }

  public Value input(String wanted, TensorType type) {
    return parameter(Parameter.Role.INPUT, wanted, type, null, null);
  }

  public Value input(String wanted, TensorType type, Range range) {
    return parameter(Parameter.Role.INPUT, wanted, type, null, range);
  }

  public Value param(String wanted, TensorType type, @Nullable Initialiser initialiser) {
    return parameter(Parameter.Role.PARAM, wanted, type, initialiser, null);
  }

  public Value state(String wanted, TensorType type, @Nullable Initialiser initialiser) {
    return parameter(Parameter.Role.STATE, wanted, type, initialiser, null);
  }

  private Value parameter(
      Parameter.Role role,
      String wanted,
      TensorType type,
      @Nullable Initialiser initialiser,
      @Nullable Range range) {
    Value value = new Value(unique(wanted), type);
    parameters.add(new Parameter(role, value, initialiser, range, Place.NONE));
    return value;
  }

  /**
   * Adds an instruction and returns its value, named {@code wanted} or, if that is taken, with a
   * number behind it.
   *
   * @throws RuleViolation if the operation breaks a rule
   */
  public Value add(String wanted, Op op) {
    return add(wanted, op, Place.NONE);
  }

  public Value add(String wanted, Op op, Place place) {
    Value value = new Value(unique(wanted), op.inferType());
    body.add(new Instruction(value, op, place));
    return value;
  }

  public FunctionBuilder returns(Value... values) {
    results.addAll(List.of(values));
    return this;
  }

  public FunctionBuilder update(Value state, Value next) {
    updates.add(new StateUpdate(state, next));
    return this;
  }

  public Function build() {
    return new Function(name, parameters, body, results, updates, Place.NONE);
  }

  private String unique(String wanted) {
    String candidate = wanted;
    for (int i = 1; !names.add(candidate); i++) {
      candidate = wanted + "." + i;
    }
    return candidate;
  }
}
