package dev.miser.codegen.matrix;

import dev.miser.codegen.EmittedKernel;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.KernelTemplate;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Dot;
import dev.miser.ir.op.PackPanels;
import dev.miser.ir.op.UnpackPanels;
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
import java.util.ArrayList;
import java.util.List;

/**
 * Matrix products: of f32 by panels and a micro-kernel, of other types in plain loops. Each element
 * is one chain of multiply-adds over ascending k, rounded once a step; sixteen-bit floats are
 * summed in f32 and rounded at the end, integers wrap.
 */
public record DotTemplate() implements KernelTemplate {
  private static final String PANELS = "gemm";
  private static final String LOOPS = "dot_loop";

  @Override
  public List<Algorithm> algorithms(Group group, Target target) {
    if (group.family() != Group.Family.DOT
        || !(group.requireAnchor().op() instanceof Dot dot)
        || !Epilogue.fits(group, group.shape().rank() - 1)) {
      return List.of();
    }
    Access lhs = group.leaf(dot.lhs());
    Access rhs = group.leaf(dot.rhs());
    if (!lhs.isMemory() || !rhs.isMemory()) {
      return List.of();
    }
    double elements = group.shape().elementCount();
    double flops = elements * (2.0 * dot.inner() + group.epilogue().size());
    double bytes = bytes(group);
    if (dot.lhs().type().element() != ElementType.F32) {
      return lhs.panels() != null || rhs.panels() != null
          ? List.of()
          : List.of(new Algorithm(LOOPS, "dot-chain", 0, flops, bytes));
    }
    if (!DotBlocking.readsPanels(lhs, !dot.transposeLhs(), dot.rows(), target.tileRows())
        || !DotBlocking.readsPanels(rhs, dot.transposeRhs(), dot.columns(), target.tileColumns())) {
      return List.of();
    }
    long workspace = DotBlocking.of(group, dot, target).workerBytes() * target.workers();
    return List.of(new Algorithm(PANELS, "dot-chain", workspace, flops, bytes));
  }

  /** Returns the bytes that a kernel reads and writes, each once. */
  public static double bytes(Group group) {
    double bytes = 0;
    for (Value output : group.outputs()) {
      bytes += output.type().byteCount();
    }
    for (Access access : group.leaves().values()) {
      bytes += access.isMemory() ? access.source().type().byteCount() : 0;
    }
    return bytes;
  }

  /**
   * Operands are read again for every block of columns. What elementwise code after the product
   * reads is read by the tile that writes the same element.
   */
  @Override
  public Overlap overwrite(Group group, Kernel kernel, Value output, Value input, Target target) {
    boolean same = Epilogue.mayOverwrite(group, output, input);
    return same ? Overlap.SAME_PLACE : Overlap.NONE;
  }

  @Override
  public List<Packing> packings(Group group, Kernel kernel, Target target) {
    if (!kernel.algorithm().equals(PANELS) || !(group.requireAnchor().op() instanceof Dot dot)) {
      return List.of();
    }
    var packings = new ArrayList<Packing>();
    List<Value> free = Kernel.freeValues(kernel.body());
    Instruction anchor = group.requireAnchor();
    if (free.contains(dot.rhs())) {
      packings.add(
          packing(anchor, dot.rhs(), target.tileColumns(), dot.columns(), dot.transposeRhs()));
    }
    if (free.contains(dot.lhs()) && !dot.lhs().equals(dot.rhs())) {
      packings.add(packing(anchor, dot.lhs(), target.tileRows(), dot.rows(), !dot.transposeLhs()));
    }
    return packings;
  }

  private static Packing packing(
      Instruction anchor, Value operand, long width, long columns, boolean transpose) {
    var pack = new PackPanels(operand, width, transpose);
    var packed = new Value(operand.name() + ".packed", pack.inferType());
    var unpack = new UnpackPanels(packed, columns, transpose);
    var unpacked = new Value(operand.name() + ".unpacked", unpack.inferType());
    return new Packing(
        operand,
        List.of(new Instruction(packed, pack, anchor.place())),
        packed,
        List.of(new Instruction(unpacked, unpack, anchor.place())),
        unpacked);
  }

  @Override
  public List<Cut> cuts(Group group, Kernel kernel, Target target) {
    int rank = group.shape().rank();
    var cuts = new ArrayList<>(Cut.anywhere(group.shape()));
    cuts.set(rank - 2, new Cut(rank - 2, target.tileRows()));
    cuts.set(rank - 1, new Cut(rank - 1, target.tileColumns()));
    return cuts;
  }

  @Override
  public EmittedKernel emit(KernelContext context) {
    if (!(context.group().requireAnchor().op() instanceof Dot dot)) {
      throw new IllegalArgumentException("no dot: " + context.group().requireAnchor());
    }
    return context.kernel().algorithm().equals(PANELS)
        ? new DotWriter(context, dot).write()
        : new DotLoopWriter(context, dot).write();
  }
}
