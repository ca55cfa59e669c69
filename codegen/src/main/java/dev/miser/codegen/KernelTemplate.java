package dev.miser.codegen;

import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Algorithm;
import dev.miser.ir.plan.Cut;
import dev.miser.ir.plan.Group;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.KernelCatalog.Packing;
import dev.miser.ir.plan.Overlap;
import dev.miser.ir.plan.Target;
import java.util.List;

/** One way of writing kernels: says which groups it takes, and emits the code for one. */
public interface KernelTemplate {
  /**
   * Returns how this template would run the group, best first; empty if it does not take it. A name
   * belongs to one template.
   */
  List<Algorithm> algorithms(Group group, Target target);

  /**
   * Returns how {@code output} may lie over {@code input}, which nothing needs after the kernel,
   * for any interleaving of its tiles over the Target's workers.
   */
  Overlap overwrite(Group group, Kernel kernel, Value output, Value input, Target target);

  /** Returns the layouts in which the kernel would rather read operands known before the step. */
  default List<Packing> packings(Group group, Kernel kernel, Target target) {
    return List.of();
  }

  /** Returns how the kernel may be cut into strips. */
  default List<Cut> cuts(Group group, Kernel kernel, Target target) {
    return Cut.anywhere(group.shape());
  }

  /** Writes the kernel's methods and returns how to call them. */
  EmittedKernel emit(KernelContext context);
}
