package dev.miser.codegen.attention;

import dev.miser.codegen.EmittedKernel;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.KernelTemplate;
import dev.miser.ir.op.Attention;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Access;
import dev.miser.ir.plan.Algorithm;
import dev.miser.ir.plan.Group;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.Target;
import dev.miser.ir.type.ElementType;
import java.util.List;

/** Attention over operands of any strides: f32 by matrix tiles, other types in plain loops. */
public record AttentionTemplate() implements KernelTemplate {
  @Override
  public List<Algorithm> algorithms(Group group, Target target) {
    if (group.family() != Group.Family.ATTENTION
        || !group.epilogue().isEmpty()
        || !group.outputs().equals(List.of(group.requireAnchor().result()))) {
      return List.of();
    }
    double bytes = group.outputs().getFirst().type().byteCount();
    for (Access access : group.leaves().values()) {
      if (!access.isMemory()) {
        return List.of();
      }
      bytes += access.source().type().byteCount();
    }
    var sizes = AttentionSizes.of((Attention) group.requireAnchor().op(), target);
    boolean tiled = isTiled(group);
    return List.of(
        new Algorithm(
            tiled ? "attention" : "attention_scalar",
            tiled ? "attention" : "attention-double",
            target.workers() * (tiled ? sizes.tiledBytes() : sizes.scalarBytes()),
            2.0 * sizes.batches() * sizes.rows() * sizes.keys() * (sizes.depth() + sizes.width()),
            bytes));
  }

  private static boolean isTiled(Group group) {
    return group.outputs().getFirst().type().element() == ElementType.F32;
  }

  /** A tile reads keys and values that other tiles read as well. */
  @Override
  public boolean mayOverwrite(Group group, Kernel kernel, Value output, Value input) {
    return false;
  }

  @Override
  public EmittedKernel emit(KernelContext context) {
    var operands = new AttentionOperands(context);
    return isTiled(context.group())
        ? new TiledAttention(operands).write()
        : new ScalarAttention(operands).write();
  }
}
