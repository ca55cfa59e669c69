package dev.miser.codegen.rows;

import dev.miser.codegen.EmittedKernel;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.KernelTemplate;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Algorithm;
import dev.miser.ir.plan.Group;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.Overlap;
import dev.miser.ir.plan.Target;
import java.util.List;

/** Softmax and the other normalizations, with elementwise code before and after them. */
public record NormTemplate() implements KernelTemplate {
  private static final String NAME = "norm";

  @Override
  public List<Algorithm> algorithms(Group group, Target target) {
    if (group.family() != Group.Family.NORM || !RowGroups.isWritable(group)) {
      return List.of();
    }
    NormNest norm = NormNest.of(group, target);
    double flops =
        (double) group.shape().elementCount()
            * (norm.flops() + group.prologue().size() + group.epilogue().size());
    long workspace = norm.nest().workspaceBytes() * target.workers();
    return List.of(new Algorithm(NAME, NAME, workspace, flops, RowGroups.bytes(group)));
  }

  /** A row is written when the last pass over it reads its elements, by the tile that does so. */
  @Override
  public Overlap overwrite(Group group, Kernel kernel, Value output, Value input, Target target) {
    boolean same =
        RowGroups.readsInPlace(group, output, input)
            && NormNest.of(group, target).mayOverwrite(output, input);
    return same ? Overlap.SAME_PLACE : Overlap.NONE;
  }

  @Override
  public EmittedKernel emit(KernelContext context) {
    return NestWriter.write(context, NormNest.of(context.group(), context.target()).nest());
  }
}
