package dev.miser.codegen.pool;

import dev.miser.codegen.EmittedKernel;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.KernelTemplate;
import dev.miser.codegen.matrix.DotTemplate;
import dev.miser.codegen.matrix.Epilogue;
import dev.miser.ir.op.Pool;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Access;
import dev.miser.ir.plan.Algorithm;
import dev.miser.ir.plan.Group;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.Overlap;
import dev.miser.ir.plan.Target;
import dev.miser.ir.type.ElementType;
import java.util.List;

/**
 * Pools: of f32 block by block in vectors, of other types and with huge windows in plain loops.
 * Elements under a window are taken row-major, one after the other.
 */
public record PoolTemplate() implements KernelTemplate {
  private static final String BLOCKS = "pool";
  private static final String LOOPS = "pool_loop";

  @Override
  public List<Algorithm> algorithms(Group group, Target target) {
    if (group.family() != Group.Family.POOL
        || !(group.requireAnchor().op() instanceof Pool pool)
        || !Epilogue.fits(group, 2)
        || !BlockWriter.readsPlanes(group.leaf(pool.x()))) {
      return List.of();
    }
    Windowing windowing = Windowing.of(pool);
    double flops =
        (double) group.shape().elementCount() * (windowing.entries() + group.epilogue().size());
    double bytes = DotTemplate.bytes(group);
    if (pool.x().type().element() == ElementType.F32) {
      long workspace = BlockWriter.workspaceBytes(group, windowing, Fold.of(pool), target);
      if (workspace >= 0) {
        return List.of(new Algorithm(BLOCKS, "pool", workspace, flops, bytes));
      }
    }
    return List.of(new Algorithm(LOOPS, "pool", 0, flops, bytes));
  }

  @Override
  public Overlap overwrite(Group group, Kernel kernel, Value output, Value input, Target target) {
    Value image = group.requireAnchor().operands().getFirst();
    return Planes.overlap(group, group.leaf(image), output, input, target);
  }

  @Override
  public EmittedKernel emit(KernelContext context) {
    if (!(context.group().requireAnchor().op() instanceof Pool pool)) {
      throw new IllegalArgumentException("no pool: " + context.group().requireAnchor());
    }
    if (context.kernel().algorithm().equals(LOOPS)) {
      return new PoolLoopWriter(context, pool).write();
    }
    Access image = context.group().leaf(pool.x());
    return new BlockWriter(context, Windowing.of(pool), Fold.of(pool), image, null).write();
  }
}
