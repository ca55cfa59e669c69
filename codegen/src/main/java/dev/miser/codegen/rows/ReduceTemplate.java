package dev.miser.codegen.rows;

import dev.miser.codegen.EmittedKernel;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.KernelTemplate;
import dev.miser.ir.op.ArgReduce;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Reduce;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Algorithm;
import dev.miser.ir.plan.Group;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.Overlap;
import dev.miser.ir.plan.Target;
import java.util.List;

/** Reductions along any axes, with elementwise code before and after them. */
public record ReduceTemplate() implements KernelTemplate {
  private static final String NAME = "reduce";

  @Override
  public List<Algorithm> algorithms(Group group, Target target) {
    if (group.family() != Group.Family.REDUCE || !RowGroups.isWritable(group)) {
      return List.of();
    }
    Op op = group.requireAnchor().op();
    long elements = op.operands().getFirst().type().elementCount();
    double flops =
        (double) elements * (1 + group.prologue().size())
            + (double) group.shape().elementCount() * group.epilogue().size();
    long workspace =
        op instanceof Reduce reduce
            ? ReduceNest.of(group, reduce, target).workspaceBytes() * target.workers()
            : 0;
    return List.of(new Algorithm(NAME, NAME, workspace, flops, RowGroups.bytes(group)));
  }

  /**
   * A value before the reduction may be written where its own element was read; a result where the
   * elementwise code after the reduction reads its own element.
   */
  @Override
  public Overlap overwrite(Group group, Kernel kernel, Value output, Value input, Target target) {
    var before = Operands.leaves(group, group.prologue());
    Value x = group.requireAnchor().operands().getFirst();
    if (group.leaves().containsKey(x)) {
      before.add(x);
    }
    var after = Operands.leaves(group, group.epilogue());
    boolean early = RowGroups.results(group.prologue()).contains(output);
    boolean same =
        RowGroups.readsInPlace(group, output, input)
            && !RowGroups.reads(group, early ? after : before, input);
    return same ? Overlap.SAME_PLACE : Overlap.NONE;
  }

  @Override
  public EmittedKernel emit(KernelContext context) {
    Group group = context.group();
    return switch (group.requireAnchor().op()) {
      case Reduce reduce ->
          NestWriter.write(context, ReduceNest.of(group, reduce, context.target()));
      case ArgReduce reduce -> ArgumentWriter.write(context, reduce);
      case Op other -> throw new IllegalArgumentException("no reduction: " + other); // a REDUCE
    };
  }
}
