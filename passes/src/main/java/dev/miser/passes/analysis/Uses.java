package dev.miser.passes.analysis;

import dev.miser.ir.func.Function;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.func.StateUpdate;
import dev.miser.ir.op.Value;
import dev.miser.passes.Analysis;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How often each value is used: by instructions, once an operand, and by {@code return}. */
public final class Uses {
  public static final Analysis<Function, Uses> OF = Uses::new;

  private final Map<Value, Integer> counts = new HashMap<>();
  private final Map<Value, Integer> returned = new HashMap<>();

  private Uses(Function function) {
    for (Instruction instruction : function.body()) {
      instruction.operands().forEach(operand -> counts.merge(operand, 1, Integer::sum));
    }
    for (Value result : function.results()) {
      returned.merge(result, 1, Integer::sum);
    }
    for (StateUpdate update : function.updates()) {
      returned.merge(update.next(), 1, Integer::sum);
    }
  }

  /** Returns the number of uses. */
  public int count(Value value) {
    return counts.getOrDefault(value, 0) + returned.getOrDefault(value, 0);
  }

  /** Returns whether one operand of one instruction is the only use. */
  public boolean isSingle(Value value) {
    return counts.getOrDefault(value, 0) == 1 && !isReturned(value);
  }

  /** Returns whether the program returns the value or assigns it to state. */
  public boolean isReturned(Value value) {
    return returned.containsKey(value);
  }

  /** Returns whether none of the values has more than one use. */
  public boolean areSingle(List<Value> values) {
    return values.stream().allMatch(this::isSingle);
  }
}
