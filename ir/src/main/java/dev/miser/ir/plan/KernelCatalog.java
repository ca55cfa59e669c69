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
   * Returns how {@code output} may lie over {@code input}, which nothing needs after the kernel:
   * the kernel then still computes the same, whatever the interleaving of its tiles over the
   * Target's workers.
   */
  Overlap overwrite(Kernel kernel, Value output, Value input, Target target);

  /**
   * Returns the physical layouts in which the kernel would rather read operands known before the
   * step.
   */
  List<Packing> packings(Kernel kernel, Target target);

  /**
   * Returns how the kernel may be cut into strips. A strip's elements are computed as in the whole,
   * where operations allow a strip at all.
   */
  List<Cut> cuts(Kernel kernel, Target target);

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
