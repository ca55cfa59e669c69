package dev.miser.passes.fuse;

import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Value;
import java.util.List;
import java.util.Map;

/** Rewrites lists of instructions. */
final class Bodies {
  private Bodies() {}

  /** Returns the instructions with other values, as results and as operands. */
  static List<Instruction> replace(List<Instruction> body, Map<Value, Value> replacements) {
    if (replacements.isEmpty()) {
      return body;
    }
    return body.stream()
        .map(i ->
            new Instruction(
                replacements.getOrDefault(i.result(), i.result()),
                i.op()
                    .withOperands(
                        i.operands().stream().map(o -> replacements.getOrDefault(o, o)).toList()),
                i.place()))
        .toList();
  }
}
