package dev.miser.ir.func;

import dev.miser.ir.diag.Place;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.TensorType;
import java.util.List;

/**
 * One SSA instruction: the value it defines, the operation that computes it, and its source place.
 */
public record Instruction(Value result, Op op, Place place) {
  public TensorType type() {
    return result.type();
  }

  public List<Value> operands() {
    return op.operands();
  }

  /** Returns this instruction computing something else of the same type; the place stays. */
  public Instruction withOp(Op other) {
    return other.equals(op) ? this : new Instruction(result, other, place);
  }
}
