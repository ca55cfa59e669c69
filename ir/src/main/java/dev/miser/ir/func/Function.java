package dev.miser.ir.func;

import dev.miser.ir.diag.Place;
import dev.miser.ir.op.Value;
import java.util.List;

/**
 * A program over tensors: parameters, an ordered list of SSA instructions, and what it returns.
 * Immutable; names are unique, and every value is defined before it is used.
 */
public record Function(
    String name,
    List<Parameter> parameters,
    List<Instruction> body,
    List<Value> results,
    List<StateUpdate> updates,
    Place place) {
  public Function {
    parameters = List.copyOf(parameters);
    body = List.copyOf(body);
    results = List.copyOf(results);
    updates = List.copyOf(updates);
  }

  /** Returns this function with another body; results and updates keep their values. */
  public Function withBody(List<Instruction> instructions) {
    return new Function(name, parameters, instructions, results, updates, place);
  }

  /** Returns the parameters of one role, in order. */
  public List<Parameter> parameters(Parameter.Role role) {
    return parameters.stream().filter(p -> p.role() == role).toList();
  }

  @Override
  public String toString() {
    return Printer.print(this);
  }
}
