package dev.miser.codegen.loop;

import dev.miser.codegen.EmittedKernel;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.KernelTemplate;
import dev.miser.codegen.vector.Expressions;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Access;
import dev.miser.ir.plan.Algorithm;
import dev.miser.ir.plan.Group;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.Overlap;
import dev.miser.ir.plan.Target;
import java.util.List;

/** Elementwise loops: rows of vectors where the leaves allow it, else element by element. */
public record LoopTemplate() implements KernelTemplate {
  /** What one method can be given, and what the compiler's tiers take in one method. */
  private static final int MOST_LEAVES = 24;

  @Override
  public List<Algorithm> algorithms(Group group, Target target) {
    if (group.family() != Group.Family.LOOP
        || group.leaves().size() + group.outputs().size() > MOST_LEAVES
        || Expressions.primitives(group.epilogue()) > Expressions.MOST_PRIMITIVES) {
      return List.of();
    }
    long elements = group.shape().elementCount();
    double flops = (double) elements * group.epilogue().size();
    double bytes = 0;
    for (Value output : group.outputs()) {
      bytes += output.type().byteCount();
    }
    for (Access access : group.leaves().values()) {
      bytes += access.isMemory() ? access.source().type().byteCount() : 0;
    }
    return List.of(new Algorithm("loop", "elementwise", 0, flops, bytes));
  }

  /** An element is read before it is written, by the tile that writes it. */
  @Override
  public Overlap overwrite(Group group, Kernel kernel, Value output, Value input, Target target) {
    boolean same = readsInPlace(group, output, input);
    return same ? Overlap.SAME_PLACE : Overlap.NONE;
  }

  /**
   * Returns whether every leaf that reads {@code input} reads, for each element of {@code output},
   * exactly the bytes that this element is written to.
   */
  public static boolean readsInPlace(Group group, Value output, Value input) {
    if (output.type().element().bytes() != input.type().element().bytes()
        || output.type().elementCount() != input.type().elementCount()) {
      return false;
    }
    for (var leaf : group.leaves().entrySet()) {
      Access access = leaf.getValue();
      if (access.isMemory() && access.source().equals(input)) {
        if (!access.isWhole() || !access.shape().equals(output.type().shape())) {
          return false;
        }
      }
    }
    return true;
  }

  @Override
  public EmittedKernel emit(KernelContext context) {
    return new LoopWriter(context).write();
  }
}
