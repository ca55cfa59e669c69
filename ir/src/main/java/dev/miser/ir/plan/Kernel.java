package dev.miser.ir.plan;

import dev.miser.ir.diag.Place;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * A group of instructions that run as one loop nest. Values defined in the body are local to it
 * save the outputs, which it writes to memory.
 *
 * @param algorithm the name of the algorithm that the kernel catalogue chose
 * @param workspaceBytes scratch memory that the kernel needs while it runs, for all workers
 */
public record Kernel(
    String algorithm, List<Instruction> body, List<Value> outputs, long workspaceBytes, Place place)
    implements Step {
  public Kernel {
    body = List.copyOf(body);
    outputs = List.copyOf(outputs);
  }

  @Override
  public List<Value> inputs() {
    return freeValues(body);
  }

  /** Returns the values that {@code body} uses and does not define, in order of first use. */
  public static List<Value> freeValues(List<Instruction> body) {
    var defined = new HashSet<Value>();
    var free = new LinkedHashSet<Value>();
    for (Instruction instruction : body) {
      for (Value operand : instruction.operands()) {
        if (!defined.contains(operand)) {
          free.add(operand);
        }
      }
      defined.add(instruction.result());
    }
    return new ArrayList<>(free);
  }
}
