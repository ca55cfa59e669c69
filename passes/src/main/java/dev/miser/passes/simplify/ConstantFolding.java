package dev.miser.passes.simplify;

import dev.miser.ir.eval.EvaluationException;
import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Reference;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Constant;
import dev.miser.ir.op.Elementwise;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Reshape;
import dev.miser.ir.op.Reverse;
import dev.miser.ir.op.Slice;
import dev.miser.ir.op.Source;
import dev.miser.ir.op.Transpose;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.TensorType;
import dev.miser.passes.Pass;
import dev.miser.passes.PassContext;
import dev.miser.passes.Rewriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Computes what depends on constants alone, by the reference evaluator: each result is rounded to
 * its type, so that it is what a kernel gives, or closer to the truth. Planned and unplanned
 * programs are folded alike. What would fail (an index out of range, a division by zero) stays and
 * fails when it runs; iota and random numbers stay, since they cost no memory.
 *
 * @param maxBytes the most that a result or an operand may hold, save where one value stands for
 *     all elements
 */
public record ConstantFolding(long maxBytes) implements Pass<Function> {
  public static final ConstantFolding DEFAULT = new ConstantFolding(4096);

  enum Stat {
    FOLDED
  }

  public ConstantFolding {
    if (maxBytes < 0) {
      throw new IllegalArgumentException("at least 0");
    }
  }

  @Override
  public Function run(Function function, PassContext context) {
    var rewriter = new Rewriter(function);
    for (Instruction instruction : function.body()) {
      Literal literal = instruction.op() instanceof Source ? null : folded(instruction, rewriter);
      if (literal == null) {
        rewriter.keep(instruction);
      } else {
        context.count(Stat.FOLDED);
        rewriter.keep(instruction.withOp(new Constant(literal)));
      }
    }
    return rewriter.finish();
  }

  private @Nullable Literal folded(Instruction instruction, Rewriter rewriter) {
    List<Literal> operands = new ArrayList<>();
    for (Value operand : instruction.operands()) {
      if (!(rewriter.definition(operand) instanceof Constant(var literal))) {
        return null;
      }
      operands.add(literal);
    }
    Op op = instruction.op();
    TensorType type = instruction.type();
    if (type.elementCount() > 0 && operands.stream().allMatch(Literal::isSplat)) {
      if (op instanceof Elementwise) {
        return ofOneElement(instruction, operands);
      }
      if (passesSplatsOn(op)) {
        return Splats.repeated(operands.getFirst(), type).value();
      }
    }
    boolean small =
        type.byteCount() <= maxBytes
            && operands.stream().allMatch(literal -> literal.type().byteCount() <= maxBytes);
    return small ? evaluated(instruction, operands) : null;
  }

  private static boolean passesSplatsOn(Op op) {
    return op instanceof Broadcast
        || op instanceof Reshape
        || op instanceof Transpose
        || op instanceof Slice
        || op instanceof Reverse;
  }

  /** All elements are alike: one is computed, whatever the size. */
  private static @Nullable Literal ofOneElement(Instruction instruction, List<Literal> operands) {
    List<Value> scalars = new ArrayList<>();
    List<Literal> literals = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      TensorType scalar = operands.get(i).type().withShape();
      literals.add(Splats.repeated(operands.get(i), scalar).value());
      scalars.add(new Value("operand" + i, scalar));
    }
    Op op = instruction.op().withOperands(scalars);
    Value result = new Value(instruction.result().name(), op.inferType());
    Literal one = evaluated(new Instruction(result, op, instruction.place()), literals);
    return one == null ? null : Splats.repeated(one, instruction.type()).value();
  }

  private static @Nullable Literal evaluated(Instruction instruction, List<Literal> operands) {
    Map<Value, Tensor> tensors = new HashMap<>();
    for (int i = 0; i < operands.size(); i++) {
      tensors.put(instruction.operands().get(i), Tensor.of(operands.get(i)));
    }
    try {
      return Reference.evaluate(instruction, tensors, Precision.DECLARED).toLiteral();
    } catch (EvaluationException failure) {
      return null;
    }
  }
}
