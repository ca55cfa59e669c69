package dev.miser.passes;

import dev.miser.ir.diag.Place;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.func.StateUpdate;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A function being rebuilt in one forward walk; what stays the same stays the same object. */
public final class Rewriter {
  private final Function function;
  private final List<Instruction> body = new ArrayList<>();
  private final Map<Value, Value> replacements = new HashMap<>();
  private final Map<Value, Instruction> definitions = new HashMap<>();
  private final Set<String> names = new HashSet<>();

  public Rewriter(Function function) {
    this.function = function;
    for (Parameter parameter : function.parameters()) {
      names.add(parameter.value().name());
    }
    for (Instruction instruction : function.body()) {
      names.add(instruction.result().name());
    }
  }

  /** Returns what now stands for a value of the old function. */
  public Value now(Value old) {
    return replacements.getOrDefault(old, old);
  }

  /** Returns the instruction over what now stands for its operands. */
  public Instruction now(Instruction old) {
    if (replacements.isEmpty()) {
      return old;
    }
    List<Value> operands = old.operands();
    List<Value> current = operands.stream().map(this::now).toList();
    return current.equals(operands) ? old : old.withOp(old.op().withOperands(current));
  }

  /** Returns the operation that defines a value of the new function; null for a parameter. */
  public @Nullable Op definition(Value value) {
    Instruction instruction = definitions.get(value);
    return instruction == null ? null : instruction.op();
  }

  /** Appends an instruction. */
  public void keep(Instruction instruction) {
    body.add(instruction);
    definitions.put(instruction.result(), instruction);
  }

  /** Leaves out the instruction that defined {@code old}: {@code other} stands for it. */
  public void replace(Value old, Value other) {
    replacements.put(old, other);
  }

  /** Appends a new instruction, named after {@code origin} with a suffix that says what it is. */
  public Value insert(Instruction origin, String suffix, Op op) {
    return insert(origin.result().name() + "." + suffix, op, origin.place());
  }

  private Value insert(String wanted, Op op, Place place) {
    String name = wanted;
    for (int i = 1; !names.add(name); i++) {
      name = wanted + "." + i;
    }
    Value value = new Value(name, op.inferType());
    keep(new Instruction(value, op, place));
    return value;
  }

  /** Returns the new function, or the old object if nothing changed. */
  @SuppressWarnings(
      "ReferenceEquality") // an instruction that is another object may differ in place
  public Function finish() {
    List<Value> results = function.results().stream().map(this::now).toList();
    List<StateUpdate> updates =
        function.updates().stream()
            .map(update -> new StateUpdate(update.state(), now(update.next())))
            .toList();
    boolean same =
        body.size() == function.body().size()
            && results.equals(function.results())
            && updates.equals(function.updates());
    for (int i = 0; same && i < body.size(); i++) {
      same = body.get(i) == function.body().get(i);
    }
    return same
        ? function
        : new Function(
            function.name(), function.parameters(), body, results, updates, function.place());
  }
}
