package dev.miser.codegen.rows;

import dev.miser.codegen.EmittedKernel;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.KernelTemplate;
import dev.miser.ir.op.Attention;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Algorithm;
import dev.miser.ir.plan.Group;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.Overlap;
import dev.miser.ir.plan.Target;
import java.util.List;

/** Scaled dot-product attention without a matrix of all scores, and elementwise code after it. */
public record AttentionTemplate() implements KernelTemplate {
  private static final String NAME = "attention";

  @Override
  public List<Algorithm> algorithms(Group group, Target target) {
    if (group.family() != Group.Family.ATTENTION
        || !RowGroups.isWritable(group)
        || group.requireAnchor().operands().stream().anyMatch(o -> !group.leaf(o).isMemory())) {
      return List.of();
    }
    var op = (Attention) group.requireAnchor().op();
    int rank = op.query().type().rank();
    double scores = op.scores().elementCount();
    double part = op.causal() ? 0.5 : 1;
    double depth = op.query().type().dim(rank - 1) + op.value().type().dim(rank - 1);
    double flops =
        part * scores * (2 * depth + 20)
            + (double) group.shape().elementCount() * (1 + group.epilogue().size());
    long workspace = AttentionShape.of(op).workspaceBytes() * target.workers();
    return List.of(new Algorithm(NAME, NAME, workspace, flops, RowGroups.bytes(group)));
  }

  /** Queries, keys and values are read by other tiles; elementwise code reads its own element. */
  @Override
  public Overlap overwrite(Group group, Kernel kernel, Value output, Value input, Target target) {
    boolean same =
        RowGroups.readsInPlace(group, output, input)
            && !RowGroups.reads(group, group.requireAnchor().operands(), input);
    return same ? Overlap.SAME_PLACE : Overlap.NONE;
  }

  @Override
  public EmittedKernel emit(KernelContext context) {
    return new AttentionWriter(context).write();
  }
}
