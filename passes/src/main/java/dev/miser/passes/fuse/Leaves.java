package dev.miser.passes.fuse;

import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.ArgReduce;
import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Constant;
import dev.miser.ir.op.Elementwise;
import dev.miser.ir.op.Iota;
import dev.miser.ir.op.Normalization;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Reduce;
import dev.miser.ir.op.Reshape;
import dev.miser.ir.op.Reverse;
import dev.miser.ir.op.Slice;
import dev.miser.ir.op.Transpose;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Buffers;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Instructions that cost nothing inside a kernel that reads them. */
final class Leaves {
  private Leaves() {}

  /** Returns whether each kernel that uses the instruction's result may do it by itself. */
  static boolean isLeaf(Instruction instruction) {
    return switch (instruction.op()) {
      case Constant(var literal) -> literal.isSplat();
      case Iota iota -> true;
      case Broadcast broadcast -> true;
      case Transpose transpose -> true;
      case Slice slice -> true;
      case Reverse reverse -> true;
      case Reshape reshape -> true;
      // Any other operation computes, or moves bytes to places a kernel cannot read directly.
      case Op other -> false;
    };
  }

  /** Returns whether the result lies inside the operand. */
  static boolean isView(Instruction instruction) {
    return instruction.op() instanceof Reshape
        || (instruction.op() instanceof Slice slice && Buffers.isContiguous(slice));
  }

  /** Returns of how many of its first operands an operation may join the producers. */
  static int joins(Op op) {
    return switch (op) {
      case Elementwise elementwise -> Integer.MAX_VALUE;
      case Reduce reduce -> 1;
      case ArgReduce reduce -> 1;
      case Normalization normalization -> 1;
      // No kernel computes operands of any other operation on the fly.
      case Op other -> 0;
    };
  }

  /** Returns what an instruction with its leaves reads that others define. */
  static Set<Value> memoryOperands(Instruction instruction, Map<Value, Instruction> clones) {
    var values = new LinkedHashSet<Value>();
    clones.values().forEach(c -> values.addAll(c.operands()));
    values.addAll(instruction.operands());
    values.removeAll(clones.keySet());
    return values;
  }

  /** Returns several chains of leaves as one. */
  static Map<Value, Instruction> union(Collection<Map<Value, Instruction>> chains) {
    var union = new LinkedHashMap<Value, Instruction>();
    chains.forEach(c -> c.forEach(union::putIfAbsent));
    return union;
  }
}
