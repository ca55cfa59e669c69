package dev.miser.testmodels.numerics;

import dev.miser.ir.diag.Place;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.op.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Joins several cases into one program, so that they are compiled at once. Names begin with their
 * case's.
 */
public final class OpCaseJoin {
  private final List<Parameter> parameters = new ArrayList<>();
  private final List<Instruction> body = new ArrayList<>();
  private final List<Value> results = new ArrayList<>();
  private final Map<String, Tensor> inputs = new LinkedHashMap<>();
  private final List<Tensor> expected = new ArrayList<>();
  private final List<Bound> bounds = new ArrayList<>();

  private OpCaseJoin() {}

  /** Returns one case that does what all these do, one after the other. */
  public static OpCase join(String name, List<OpCase> cases) {
    var join = new OpCaseJoin();
    cases.forEach(join::add);
    var function =
        new Function(name, join.parameters, join.body, join.results, List.of(), Place.NONE);
    return new OpCase(name, function, join.inputs, join.expected, join.bounds);
  }

  private void add(OpCase opCase) {
    var renamed = new LinkedHashMap<Value, Value>();
    for (Parameter parameter : opCase.function().parameters()) {
      parameters.add(Parameter.input(rename(opCase, parameter.value(), renamed)));
    }
    for (Instruction instruction : opCase.function().body()) {
      List<Value> operands = instruction.operands().stream().map(v -> get(renamed, v)).toList();
      body.add(
          new Instruction(
              rename(opCase, instruction.result(), renamed),
              instruction.op().withOperands(operands),
              Place.NONE));
    }
    opCase.function().results().forEach(result -> results.add(get(renamed, result)));
    opCase.inputs().forEach((name, tensor) -> inputs.put(opCase.name() + "/" + name, tensor));
    expected.addAll(opCase.expected());
    bounds.addAll(opCase.bounds());
  }

  private static Value rename(OpCase opCase, Value value, Map<Value, Value> renamed) {
    Value other = new Value(opCase.name() + "/" + value.name(), value.type());
    renamed.put(value, other);
    return other;
  }

  private static Value get(Map<Value, Value> renamed, Value value) {
    Value other = renamed.get(value);
    if (other == null) {
      throw new IllegalArgumentException(value + " is not defined");
    }
    return other;
  }
}
