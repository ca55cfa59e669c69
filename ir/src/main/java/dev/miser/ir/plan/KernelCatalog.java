package dev.miser.ir.plan;

import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Value;
import java.util.List;

/**
 * What kernels can do: the seam between passes, which decide, and code generation, which emits.
 * Every answer is a pure function of the group and the Target.
 */
public interface KernelCatalog {
  /**
   * Returns the algorithms that can run these instructions as one kernel with these outputs, best
   * first; empty if they cannot be one kernel.
   */
  List<Algorithm> algorithms(List<Instruction> body, List<Value> outputs, Target target);

  /**
   * Returns whether the kernel still computes the same if {@code output} takes over all bytes of
   * the dying {@code input}, for any interleaving of its tiles over workers.
   */
  boolean mayOverwrite(Kernel kernel, Value output, Value input);

  /**
   * Returns the physical layouts in which the kernel would rather read operands known before the
   * step.
   */
  List<Packing> packings(Kernel kernel, Target target);

  /**
   * A physical layout for an operand: instructions that make {@code packed} from {@code operand},
   * for init; and instructions that give back {@code unpacked}, of the operand's type, for the
   * kernel's body.
   */
  record Packing(
      Value operand,
      List<Instruction> pack,
      Value packed,
      List<Instruction> unpack,
      Value unpacked) {}
}
