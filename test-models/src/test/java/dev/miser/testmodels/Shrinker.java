package dev.miser.testmodels;

import dev.miser.ir.func.Function;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.func.Verifier;
import dev.miser.ir.op.Value;
import dev.miser.passes.PassContext;
import dev.miser.passes.simplify.DeadCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Makes a function that shows a fault smaller, as long as it still shows it. */
public final class Shrinker {
  private Shrinker() {}

  /** Returns a smallest function found for which {@code fails} holds, as it does for this one. */
  public static Function shrink(Function function, Predicate<Function> fails) {
    Function smallest = function;
    for (boolean smaller = true; smaller; ) {
      smaller = false;
      for (Function candidate : candidates(smallest)) {
        if (Verifier.verify(candidate).isEmpty() && fails.test(candidate)) {
          smallest = candidate;
          smaller = true;
          break;
        }
      }
    }
    return smallest;
  }

  private static List<Function> candidates(Function function) {
    var candidates = new ArrayList<Function>();
    for (Value result : function.results()) {
      if (function.results().size() > 1) {
        candidates.add(trimmed(function, List.of(result), function.body()));
      }
    }
    // Return an operand instead of what is computed from it.
    for (Instruction instruction : function.body()) {
      if (function.results().contains(instruction.result())) {
        instruction.operands().stream()
            .distinct()
            .forEach(o -> candidates.add(trimmed(function, List.of(o), function.body())));
      }
    }
    // Take an instruction out: its result is given from outside.
    for (Instruction instruction : function.body()) {
      var body = new ArrayList<>(function.body());
      body.remove(instruction);
      var parameters = new ArrayList<>(function.parameters());
      parameters.add(Parameter.input(instruction.result()));
      candidates.add(
          trimmed(
              new Function(
                  function.name(),
                  parameters,
                  body,
                  function.results(),
                  List.of(),
                  function.place()),
              function.results(),
              body));
    }
    return candidates;
  }

  private static Function trimmed(Function function, List<Value> results, List<Instruction> body) {
    Function kept =
        DeadCode.DEFAULT.run(
            new Function(
                function.name(), function.parameters(), body, results, List.of(), function.place()),
            new PassContext());
    Set<Value> used =
        kept.body().stream().flatMap(i -> i.operands().stream()).collect(Collectors.toSet());
    used.addAll(results);
    return new Function(
        kept.name(),
        kept.parameters().stream().filter(p -> used.contains(p.value())).toList(),
        kept.body(),
        results,
        List.of(),
        kept.place());
  }
}
