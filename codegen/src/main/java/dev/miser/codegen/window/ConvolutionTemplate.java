package dev.miser.codegen.window;

import dev.miser.codegen.EmittedKernel;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.KernelTemplate;
import dev.miser.codegen.matrix.DotTemplate;
import dev.miser.codegen.matrix.Epilogue;
import dev.miser.ir.op.Contraction;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Access;
import dev.miser.ir.plan.Algorithm;
import dev.miser.ir.plan.Cut;
import dev.miser.ir.plan.Group;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.KernelCatalog.Packing;
import dev.miser.ir.plan.Overlap;
import dev.miser.ir.plan.Target;
import dev.miser.ir.type.ElementType;
import java.util.List;

/**
 * Convolutions and transposed convolutions: of f32 by panels of gathered pixels, of other types in
 * plain loops. Each result is one chain of multiply-adds over channels, then the window in
 * row-major order. Panels multiply the zeros of the padding too: an infinite weight makes NaN of
 * them.
 */
public record ConvolutionTemplate() implements KernelTemplate {
  private static final String PANELS = "convolution";
  private static final String LOOPS = "convolution_loop";

  @Override
  public List<Algorithm> algorithms(Group group, Target target) {
    if (group.family() != Group.Family.CONV || !Epilogue.fits(group, 2)) {
      return List.of();
    }
    Geometry geometry = geometry(group);
    Access x = group.leaf(geometry.x());
    Access weights = group.leaf(geometry.weights());
    if (!x.isMemory() || x.panels() != null || !WeightsLayout.fits(geometry, weights, target)) {
      return List.of();
    }
    double elements = group.shape().elementCount();
    double flops = elements * (2.0 * geometry.inner() + group.epilogue().size());
    double bytes = DotTemplate.bytes(group);
    if (geometry.x().type().element() != ElementType.F32) {
      return weights.panels() != null
          ? List.of()
          : List.of(new Algorithm(LOOPS, "convolution-chain", 0, flops, bytes));
    }
    boolean plain = group.epilogue().isEmpty() && group.outputs().size() == 1;
    Blocking blocking =
        ConvolutionWriter.blocking(geometry, x, WeightsLayout.of(geometry, weights), plain, target);
    long workspace = blocking.workerBytes() * target.workers();
    return List.of(new Algorithm(PANELS, "convolution-panels", workspace, flops, bytes));
  }

  private static Geometry geometry(Group group) {
    if (!(group.requireAnchor().op() instanceof Contraction contraction)) {
      throw new IllegalArgumentException("no convolution: " + group.requireAnchor());
    }
    return Geometry.of(contraction);
  }

  /**
   * The image is read again for every block of channels, and under windows that overlap. What
   * elementwise code after the sums reads (a residual) is read by the tile that writes the same
   * element.
   */
  @Override
  public Overlap overwrite(Group group, Kernel kernel, Value output, Value input, Target target) {
    boolean same = Epilogue.mayOverwrite(group, output, input);
    return same ? Overlap.SAME_PLACE : Overlap.NONE;
  }

  @Override
  public List<Packing> packings(Group group, Kernel kernel, Target target) {
    Geometry geometry = geometry(group);
    boolean packs =
        kernel.algorithm().equals(PANELS)
            && Kernel.freeValues(kernel.body()).contains(geometry.weights())
            && !geometry.weights().equals(geometry.x());
    return packs ? WeightsLayout.packings(geometry, group.requireAnchor(), target) : List.of();
  }

  @Override
  public List<Cut> cuts(Group group, Kernel kernel, Target target) {
    return Cut.anywhereBut(group.shape(), new Cut(1, target.tileRows()));
  }

  @Override
  public EmittedKernel emit(KernelContext context) {
    Geometry geometry = geometry(context.group());
    return context.kernel().algorithm().equals(PANELS)
        ? new ConvolutionWriter(context, geometry).write()
        : new ConvolutionLoopWriter(context, geometry).write();
  }
}
