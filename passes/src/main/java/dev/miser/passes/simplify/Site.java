package dev.miser.passes.simplify;

import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Constant;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Value;
import dev.miser.passes.Rewriter;
import org.jspecify.annotations.Nullable;

/** Where a rule looks: an instruction, and what the instructions before it are by now. */
record Site(Instruction instruction, Rewriter rewriter) {
  @Nullable Op definition(Value value) {
    return rewriter.definition(value);
  }

  /** Adds a constant before the instruction. */
  Value constant(String suffix, Literal literal) {
    return rewriter.insert(instruction, suffix, new Constant(literal));
  }

  /** Returns the constant whose one element all elements of {@code value} are, or null. */
  @Nullable Literal splat(Value value) {
    return Splats.of(value, rewriter);
  }

  /** Returns whether all elements of a value are this integer, wrapped to its type. */
  boolean isInteger(Value value, long wanted) {
    Literal literal = splat(value);
    return literal != null
        && !literal.type().element().isFloat()
        && literal.longAt(0) == Literal.splat(literal.type(), wanted).longAt(0);
  }

  /** Returns whether all elements of a value are this float, told apart by the sign of zero. */
  boolean isFloat(Value value, double wanted) {
    Literal literal = splat(value);
    return literal != null
        && literal.type().element().isFloat()
        && Double.doubleToLongBits(literal.doubleAt(0)) == Double.doubleToLongBits(wanted);
  }

  /** Returns whether all elements of a value are this number; a zero has sign plus. */
  boolean isNumber(Value value, int wanted) {
    return isInteger(value, wanted) || isFloat(value, wanted);
  }
}
