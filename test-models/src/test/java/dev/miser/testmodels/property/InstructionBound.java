package dev.miser.testmodels.property;

import dev.miser.compiler.Comparison;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a kernel may be from the reference evaluator in one instruction, given the same operands:
 * some units of rounding of what goes into an element. Integers and booleans are equal.
 */
public final class InstructionBound {
  /** Roundings that one element may suffer beside those of its sum. */
  private static final double UNITS = 64;

  private InstructionBound() {}

  /** Returns what is wrong with a result, or null. */
  public static @Nullable String complaint(
      Instruction instruction, List<Tensor> operands, Tensor expected, Tensor found) {
    if (!expected.type().element().isFloat()) {
      return expected.equals(found) ? null : "is\n" + found + "\ninstead of\n" + expected;
    }
    double allowed = allowed(instruction, operands, expected);
    double largest = largestNumber(expected.type().element());
    for (int i = 0; i < expected.doubles().length; i++) {
      double e = clamp(expected.doubles()[i], largest);
      double f = clamp(found.doubles()[i], largest);
      boolean good = Double.compare(e, f) == 0 || Math.abs(e - f) <= allowed;
      if (!good) {
        return "element " + i + " is " + f + " instead of " + e + ", allowed " + allowed;
      }
    }
    return null;
  }

  /** Rounding decides between the largest number and infinity. */
  private static double clamp(double x, double largest) {
    return Double.isNaN(x) ? x : Math.clamp(x, -largest, largest);
  }

  private static double largestNumber(ElementType type) {
    return switch (type) {
      case F64 -> Double.MAX_VALUE;
      case F32, BF16 -> Float.MAX_VALUE;
      case F16 -> 65504;
      case I64, I32, I16, I8, U64, U32, U16, U8, BOOL -> throw new IllegalArgumentException();
    };
  }

  private static double allowed(Instruction instruction, List<Tensor> operands, Tensor expected) {
    double unit = Comparison.roundingUnit(expected.type().element());
    double scale = Math.max(1, magnitude(expected));
    // A product, sum or mean of operands may cancel: its error is that of the terms.
    double terms = 1;
    long longest = 1;
    for (int i = 0; i < operands.size(); i++) {
      Value operand = instruction.operands().get(i);
      if (operand.type().element().isFloat()) {
        terms *= Math.max(1, magnitude(operands.get(i)));
        longest = Math.max(longest, operand.type().elementCount());
      }
    }
    double sums =
        switch (instruction.op()) {
          case dev.miser.ir.op.Elementwise e -> 0;
          case dev.miser.ir.op.Source s -> 0;
          case dev.miser.ir.op.Layout l -> 0;
          case dev.miser.ir.op.Ordering o -> 0;
          case dev.miser.ir.op.Indexing i -> terms * longest;
          case dev.miser.ir.op.Contraction c -> terms * longest;
          case dev.miser.ir.op.Reduction r -> terms * longest;
          case dev.miser.ir.op.Windowed w -> terms * longest;
          // The root of the variance divides: at least that of epsilon.
          case dev.miser.ir.op.Normalization n -> terms * longest / Math.sqrt(1e-5);
          case dev.miser.ir.op.Attention a -> terms * longest;
        };
    return unit * UNITS * Math.min(Double.MAX_VALUE, scale + sums);
  }

  private static double magnitude(Tensor tensor) {
    double largest = 0;
    for (double x : tensor.doubles()) {
      if (Double.isFinite(x)) {
        largest = Math.max(largest, Math.abs(x));
      }
    }
    return largest;
  }
}
