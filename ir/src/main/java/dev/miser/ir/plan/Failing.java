package dev.miser.ir.plan;

import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Attention;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Contraction;
import dev.miser.ir.op.Elementwise;
import dev.miser.ir.op.Indexing;
import dev.miser.ir.op.Layout;
import dev.miser.ir.op.Normalization;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Ordering;
import dev.miser.ir.op.Reduction;
import dev.miser.ir.op.Source;
import dev.miser.ir.op.Windowed;

/**
 * Which kernels may fail when they run, because they check elements that nobody knows before. A
 * step that fails leaves state as it was, so nothing may touch state before the last of them.
 */
public final class Failing {
  private Failing() {}

  /** Returns whether there are elements for which the kernel fails. */
  public static boolean mayFail(Kernel kernel) {
    return kernel.body().stream().map(Instruction::op).anyMatch(Failing::mayFail);
  }

  private static boolean mayFail(Op op) {
    return switch (op) {
      case Indexing indexing -> true;
      case Binary binary ->
          switch (binary.kind()) {
            case DIVIDE, REMAINDER, FLOOR_REMAINDER -> binary.lhs().type().element().isInteger();
            case ADD,
                SUBTRACT,
                MULTIPLY,
                POWER,
                MINIMUM,
                MAXIMUM,
                ATAN2,
                AND,
                OR,
                XOR,
                SHIFT_LEFT,
                SHIFT_RIGHT ->
                false;
          };
      case Elementwise elementwise -> false;
      case Source source -> false;
      case Layout layout -> false;
      case Contraction contraction -> false;
      case Reduction reduction -> false;
      case Windowed windowed -> false;
      case Normalization normalization -> false;
      case Ordering ordering -> false;
      case Attention attention -> false;
    };
  }
}
