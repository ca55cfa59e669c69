package dev.miser.passes.simplify;

import dev.miser.ir.func.Function;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Value;
import dev.miser.passes.Pass;
import dev.miser.passes.PassContext;
import dev.miser.passes.Rewriter;
import java.util.HashMap;
import java.util.Map;

/**
 * Keeps the first of several instructions that compute the same value. Random numbers are counted,
 * not drawn, so equal keys give equal numbers.
 */
public record CommonSubexpressions() implements Pass<Function> {
  public static final CommonSubexpressions DEFAULT = new CommonSubexpressions();

  enum Stat {
    MERGED
  }

  @Override
  public Function run(Function function, PassContext context) {
    var rewriter = new Rewriter(function);
    Map<Op, Value> known = new HashMap<>();
    for (Instruction old : function.body()) {
      Instruction instruction = rewriter.now(old);
      Value first = known.putIfAbsent(ordered(instruction.op()), instruction.result());
      if (first == null) {
        rewriter.keep(instruction);
      } else {
        context.count(Stat.MERGED);
        rewriter.replace(old.result(), first);
      }
    }
    return rewriter.finish();
  }

  /** One order of operands where their order says nothing. */
  private static Op ordered(Op op) {
    return op instanceof Binary(var kind, var lhs, var rhs)
            && kind.isCommutative()
            && lhs.name().compareTo(rhs.name()) > 0
        ? new Binary(kind, rhs, lhs)
        : op;
  }
}
