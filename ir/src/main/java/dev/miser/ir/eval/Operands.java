package dev.miser.ir.eval;

import dev.miser.ir.op.Value;

/** The elements of an operation's operands, and the arithmetic asked for. */
interface Operands {
  Tensor of(Value operand);

  Precision precision();

  /** Returns the double elements of a float operand. */
  default double[] doubles(Value operand) {
    return of(operand).doubles();
  }

  /** Returns the long elements of an integer or boolean operand. */
  default long[] longs(Value operand) {
    return of(operand).longs();
  }
}
