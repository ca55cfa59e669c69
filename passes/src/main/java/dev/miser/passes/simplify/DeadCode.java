package dev.miser.passes.simplify;

import dev.miser.ir.func.Function;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.func.StateUpdate;
import dev.miser.ir.op.Value;
import dev.miser.passes.Pass;
import dev.miser.passes.PassContext;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Removes instructions that no result and no next state depends on. No operation has an effect
 * besides its result; a check that could fail (an index, a division) goes with what nobody asked
 * for.
 */
public record DeadCode() implements Pass<Function> {
  public static final DeadCode DEFAULT = new DeadCode();

  enum Stat {
    REMOVED
  }

  @Override
  public Function run(Function function, PassContext context) {
    Set<Value> needed = new HashSet<>(function.results());
    for (StateUpdate update : function.updates()) {
      needed.add(update.next());
    }
    for (Instruction instruction : function.body().reversed()) {
      if (needed.contains(instruction.result())) {
        needed.addAll(instruction.operands());
      }
    }
    List<Instruction> kept =
        function.body().stream().filter(i -> needed.contains(i.result())).toList();
    int removed = function.body().size() - kept.size();
    if (removed == 0) {
      return function;
    }
    context.count(Stat.REMOVED, removed);
    return function.withBody(kept);
  }
}
