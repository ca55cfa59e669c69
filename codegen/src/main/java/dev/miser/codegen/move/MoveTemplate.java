package dev.miser.codegen.move;

import dev.miser.codegen.EmittedKernel;
import dev.miser.codegen.KernelContext;
import dev.miser.codegen.KernelTemplate;
import dev.miser.ir.op.Concat;
import dev.miser.ir.op.Constant;
import dev.miser.ir.op.Cumulative;
import dev.miser.ir.op.Indexing;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Ordering;
import dev.miser.ir.op.PackPanels;
import dev.miser.ir.op.Pad;
import dev.miser.ir.op.Scatter;
import dev.miser.ir.op.ScatterAlong;
import dev.miser.ir.op.ScatterNd;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Access;
import dev.miser.ir.plan.Algorithm;
import dev.miser.ir.plan.Group;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.Overlap;
import dev.miser.ir.plan.Target;
import java.util.Collections;
import java.util.List;

/** One move a kernel, over operands that lie in memory as they are. */
public record MoveTemplate() implements KernelTemplate {
  @Override
  public List<Algorithm> algorithms(Group group, Target target) {
    if (group.family() != Group.Family.MOVE
        || !group.epilogue().isEmpty()
        || !group.outputs().equals(List.of(group.requireAnchor().result()))
        || group.requireAnchor().operands().size() > LayoutWriter.MOST_OPERANDS) {
      return List.of();
    }
    Op op = group.requireAnchor().op();
    double bytes = group.outputs().getFirst().type().byteCount();
    for (Value operand : op.operands()) {
      Access access = group.leaf(operand);
      boolean fill = op instanceof Pad pad && operand.equals(pad.fill());
      if (!access.isWhole() && !(fill && access.isUniform())) {
        return List.of();
      }
      bytes += operand.type().byteCount();
    }
    long workspace =
        op instanceof Ordering ordering ? target.workers() * LineWriter.orderBytes(ordering) : 0;
    return List.of(new Algorithm("move", "exact", workspace, 0, bytes));
  }

  /**
   * A scatter changes some elements of its first operand and copies the others to where they stand;
   * a cumulative sum reads an element before it writes it. Other moves write elements to places
   * that other tiles have yet to read; operands of a concat are better written in place.
   */
  @Override
  public Overlap overwrite(Group group, Kernel kernel, Value output, Value input, Target target) {
    Op op = group.requireAnchor().op();
    Value taken =
        switch (op) {
          case Cumulative cumulative -> cumulative.x();
          case Scatter scatter -> scatter.x();
          case ScatterAlong scatter -> scatter.x();
          case ScatterNd scatter -> scatter.x();
          // Any other move writes elements to places it has yet to read.
          case Op other -> null;
        };
    boolean same =
        taken != null
            && taken.equals(input)
            && Collections.frequency(op.operands(), input) == 1
            && taken.type().equals(output.type());
    return same ? Overlap.SAME_PLACE : Overlap.NONE;
  }

  @Override
  public EmittedKernel emit(KernelContext context) {
    return switch (context.group().requireAnchor().op()) {
      case Concat concat -> new LayoutWriter(context).concat(concat);
      case Pad pad -> new LayoutWriter(context).pad(pad);
      case PackPanels pack -> new LayoutWriter(context).pack(pack);
      case Indexing indexing -> IndexWriter.write(context, indexing);
      case Cumulative cumulative -> new LineWriter(context).cumulative(cumulative);
      case Ordering ordering -> new LineWriter(context).order(ordering);
      case Constant constant -> new ConstantWriter(context).write(constant);
      // The family has no other anchors.
      case Op other -> throw new IllegalArgumentException("no move: " + other.mnemonic());
    };
  }
}
