package dev.miser.passes.simplify;

import dev.miser.ir.func.Function;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.op.Value;
import java.util.HashSet;
import java.util.Set;

/**
 * The values that depend on parameters and constants alone, and so are computed once, by init, not
 * by each step. State does not count: a step replaces it.
 */
final class EarlyValues {
  private final Set<Value> values = new HashSet<>();

  EarlyValues(Function function) {
    for (Parameter parameter : function.parameters(Parameter.Role.PARAM)) {
      values.add(parameter.value());
    }
  }

  /** Takes note of an instruction; those that define its operands come first. */
  void add(Instruction instruction) {
    if (values.containsAll(instruction.operands())) {
      values.add(instruction.result());
    }
  }

  boolean contains(Value value) {
    return values.contains(value);
  }

  boolean containsAll(Value... several) {
    for (Value value : several) {
      if (!values.contains(value)) {
        return false;
      }
    }
    return true;
  }
}
