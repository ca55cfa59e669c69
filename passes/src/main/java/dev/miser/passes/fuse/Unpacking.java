package dev.miser.passes.fuse;

import dev.miser.ir.func.Function;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Reshape;
import dev.miser.ir.op.Slice;
import dev.miser.ir.op.Transpose;
import dev.miser.ir.op.UnpackPanels;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Spells out unpacking that a program asks for by itself: kernels only read panels that fusion had
 * packed.
 */
final class Unpacking {
  private final FreshNames names;
  private final List<Instruction> body = new ArrayList<>();

  private Unpacking(FreshNames names) {
    this.names = names;
  }

  /** Returns the function without {@code unpack_panels}. */
  static Function spellOut(Function function, FreshNames names) {
    if (function.body().stream().noneMatch(i -> i.op() instanceof UnpackPanels)) {
      return function;
    }
    var unpacking = new Unpacking(names);
    for (Instruction instruction : function.body()) {
      if (instruction.op() instanceof UnpackPanels unpack) {
        unpacking.spellOut(instruction, unpack);
      } else {
        unpacking.body.add(instruction);
      }
    }
    return function.withBody(unpacking.body);
  }

  private void spellOut(Instruction instruction, UnpackPanels unpack) {
    int rank = unpack.x().type().rank();
    // [..., p, k, width] -> [..., k, p, width] -> [..., k, p * width] -> [..., k, columns]
    Value rows = add(instruction, new Transpose(unpack.x(), swapped(rank, rank - 3)));
    var dims = new ArrayList<>(rows.type().shape().dims());
    long padded = dims.removeLast() * dims.removeLast();
    dims.add(padded);
    Value matrix = add(instruction, new Reshape(rows, new Shape(dims)));
    dims.set(rank - 2, unpack.columns());
    List<Long> zeros = Collections.nCopies(rank - 1, 0L);
    var cut = new Slice(matrix, zeros, dims, List.of());
    if (unpack.transpose()) {
      Value columns = add(instruction, cut);
      body.add(instruction.withOp(new Transpose(columns, swapped(rank - 1, rank - 3))));
    } else {
      body.add(instruction.withOp(cut));
    }
  }

  /** Returns the permutation that swaps {@code axis} and the one after it. */
  private static List<Integer> swapped(int rank, int axis) {
    var permutation = new ArrayList<Integer>();
    for (int i = 0; i < rank; i++) {
      permutation.add(i == axis ? axis + 1 : i == axis + 1 ? axis : i);
    }
    return permutation;
  }

  private Value add(Instruction origin, Op op) {
    Value value = new Value(names.fresh(origin.result().name() + ".rows"), op.inferType());
    body.add(new Instruction(value, op, origin.place()));
    return value;
  }
}
