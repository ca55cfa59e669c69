package dev.miser.ir.plan;

import dev.miser.ir.diag.Place;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Value;
import java.util.List;

/**
 * A layout instruction that moves no bytes: the result of a reshape or of a contiguous slice lies
 * inside its operand; the operands of a concat along the outermost axis that is not 1 lie inside
 * its result.
 */
public record View(Instruction instruction) implements Step {
  @Override
  public List<Value> inputs() {
    return instruction.operands().stream().distinct().toList();
  }

  @Override
  public List<Value> outputs() {
    return List.of(instruction.result());
  }

  @Override
  public Place place() {
    return instruction.place();
  }
}
