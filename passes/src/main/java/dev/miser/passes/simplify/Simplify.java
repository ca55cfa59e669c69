package dev.miser.passes.simplify;

import dev.miser.ir.func.Function;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Dot;
import dev.miser.ir.op.Elementwise;
import dev.miser.ir.op.Layout;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Pool;
import dev.miser.ir.op.Reduce;
import dev.miser.ir.op.Sort;
import dev.miser.passes.Pass;
import dev.miser.passes.PassContext;
import dev.miser.passes.Rewriter;

/**
 * Rewrites instructions by algebra that holds to the last bit, for infinities, NaN and both zeros.
 * The one exception is a power by 2 or -1, which becomes a product or a quotient: rounded once.
 */
public record Simplify() implements Pass<Function> {
  public static final Simplify DEFAULT = new Simplify();

  enum Stat {
    /** An instruction whose value was there already. */
    REPLACED,
    /** An instruction that became another operation. */
    REWRITTEN
  }

  @Override
  public Function run(Function function, PassContext context) {
    var rewriter = new Rewriter(function);
    for (Instruction instruction : function.body()) {
      simplify(rewriter.now(instruction), rewriter, context);
    }
    return rewriter.finish();
  }

  private static void simplify(Instruction instruction, Rewriter rewriter, PassContext context) {
    // Each rule leads to fewer or cheaper operations, so this comes to an end.
    switch (rewrite(instruction.op(), new Site(instruction, rewriter))) {
      case Rewrite.Keep() -> rewriter.keep(instruction);
      case Rewrite.Use(var value) -> {
        context.count(Stat.REPLACED);
        rewriter.replace(instruction.result(), value);
      }
      case Rewrite.Become(var op) -> {
        context.count(Stat.REWRITTEN);
        simplify(instruction.withOp(op), rewriter, context);
      }
    }
  }

  private static Rewrite rewrite(Op op, Site site) {
    return switch (op) {
      case Elementwise elementwise -> ElementwiseRules.rewrite(elementwise, site);
      case Layout layout -> LayoutRules.rewrite(layout, site);
      case Reduce reduce -> ReductionRules.rewrite(reduce, site);
      case Sort sort -> ReductionRules.rewrite(sort);
      case Pool pool -> ReductionRules.rewrite(pool);
      case Dot dot -> DotRules.rewrite(dot, site);
      // Rewriting is optional: what has no rule stays as it is.
      case Op other -> Rewrite.KEEP;
    };
  }
}
