package dev.miser.codegen.depthwise;

import dev.miser.codegen.EmittedKernel;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.KernelTemplate;
import dev.miser.codegen.matrix.DotTemplate;
import dev.miser.codegen.matrix.Epilogue;
import dev.miser.codegen.pool.BlockWriter;
import dev.miser.codegen.pool.Fold;
import dev.miser.codegen.pool.Planes;
import dev.miser.codegen.pool.Windowing;
import dev.miser.ir.op.Convolution;
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
 * Convolutions of f32 whose groups have one input channel each: a window slides over each plane and
 * its weighted elements are summed row-major, one multiply-add after the other; padding is skipped.
 */
public record DepthwiseTemplate() implements KernelTemplate {
  @Override
  public List<Algorithm> algorithms(Group group, Target target) {
    if (group.family() != Group.Family.CONV
        || !(group.requireAnchor().op() instanceof Convolution convolution)
        || convolution.groups() != convolution.x().type().dim(1)
        || convolution.x().type().element() != ElementType.F32
        || !Epilogue.fits(group, 2)
        || !BlockWriter.readsPlanes(group.leaf(convolution.x()))) {
      return List.of();
    }
    Access weights = group.leaf(convolution.weights());
    if (!weights.isMemory() || weights.panels() != null || !weights.followsRowMajor()) {
      return List.of();
    }
    Windowing windowing = Windowing.of(convolution);
    long workspace = BlockWriter.workspaceBytes(group, windowing, Fold.WEIGHTED, target);
    if (workspace < 0) {
      return List.of();
    }
    double elements = group.shape().elementCount();
    double flops = elements * (2.0 * windowing.entries() + group.epilogue().size());
    return List.of(
        new Algorithm("depthwise", "depthwise", workspace, flops, DotTemplate.bytes(group)));
  }

  @Override
  public Overlap overwrite(Group group, Kernel kernel, Value output, Value input, Target target) {
    Value image = group.requireAnchor().operands().getFirst();
    return Planes.overlap(group, group.leaf(image), output, input, target);
  }

  @Override
  public EmittedKernel emit(KernelContext context) {
    if (!(context.group().requireAnchor().op() instanceof Convolution convolution)) {
      throw new IllegalArgumentException("no convolution: " + context.group().requireAnchor());
    }
    return new BlockWriter(
            context,
            Windowing.of(convolution),
            Fold.WEIGHTED,
            context.group().leaf(convolution.x()),
            context.group().leaf(convolution.weights()))
        .write();
  }
}
