package dev.miser.passes.simplify;

import dev.miser.ir.func.Function;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Elementwise;
import dev.miser.ir.op.Layout;
import dev.miser.ir.op.Literal;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Reshape;
import dev.miser.ir.op.Source;
import dev.miser.ir.op.Value;
import dev.miser.passes.Pass;
import dev.miser.passes.PassContext;
import dev.miser.passes.Rewriter;
import dev.miser.passes.analysis.Uses;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Moves reshapes and transposes down through elementwise operations, so that these stand next to
 * what made their operand and can be fused with it, and so that layouts meet and cancel: {@code
 * relu(x^T) = relu(x)^T}. Broadcasts of what is known before the step go down too, so that each
 * element is computed once.
 */
public record SinkLayout() implements Pass<Function> {
  public static final SinkLayout DEFAULT = new SinkLayout();

  enum Stat {
    SUNK,
    BROADCASTS_SUNK
  }

  @Override
  public Function run(Function function, PassContext context) {
    return new Walk(function, context).run();
  }

  /** One forward walk over one function. */
  private record Walk(
      Function function, PassContext context, Rewriter rewriter, Uses uses, EarlyValues early) {
    Walk(Function function, PassContext context) {
      this(
          function,
          context,
          new Rewriter(function),
          context.get(Uses.OF, function),
          new EarlyValues(function));
    }

    Function run() {
      for (Instruction old : function.body()) {
        Instruction instruction = rewriter.now(old);
        if (!(instruction.op() instanceof Elementwise && sink(instruction))) {
          keep(instruction);
        }
      }
      return rewriter.finish();
    }

    private void keep(Instruction instruction) {
      rewriter.keep(instruction);
      early.add(instruction);
    }

    private boolean sink(Instruction instruction) {
      if (sinkBroadcast(instruction)) {
        return true;
      }
      for (Value operand : instruction.operands()) {
        Frame frame = Frame.of(rewriter.definition(operand));
        if (frame != null && moves(operand) && sink(instruction, frame)) {
          return true;
        }
      }
      return false;
    }

    /**
     * Whether the layout operation serves this use alone, and what it brings along was computed by
     * something that an elementwise operation can be fused with.
     */
    private boolean moves(Value operand) {
      Op layout = rewriter.definition(operand);
      if (layout == null || !uses.isSingle(operand)) {
        return false;
      }
      Value x = layout.operands().getFirst();
      Op producer = rewriter.definition(x);
      // What this pass made is in nobody's count of uses, and has one.
      return producer != null
          && !(producer instanceof Layout)
          && !(producer instanceof Source)
          && uses.count(x) <= 1;
    }

    private boolean sink(Instruction instruction, Frame frame) {
      var inner = new ArrayList<Op>();
      var operands = new ArrayList<@Nullable Value>();
      for (Value operand : instruction.operands()) {
        Op made = rewriter.definition(operand);
        if (frame.equals(Frame.of(made)) && made != null) {
          operands.add(made.operands().getFirst());
          continue;
        }
        Op op = brought(operand, made, frame);
        if (op == null) {
          return false;
        }
        operands.add(null);
        inner.add(op);
      }
      int next = 0;
      for (int i = 0; i < operands.size(); i++) {
        if (operands.get(i) == null) {
          operands.set(i, insert(instruction, "operand", inner.get(next++)));
        }
      }
      context.count(Stat.SUNK);
      replace(instruction, operands.stream().map(Walk::present).toList(), frame::out);
      return true;
    }

    private static Value present(@Nullable Value value) {
      if (value == null) {
        throw new IllegalStateException("operand left out");
      }
      return value;
    }

    /** Returns the operation that makes an operand in the inner shape at no cost, or null. */
    private @Nullable Op brought(Value operand, @Nullable Op made, Frame frame) {
      Literal literal = Splats.of(operand, rewriter);
      if (literal != null) {
        return Splats.repeated(literal, operand.type().withShape(frame.inner()));
      }
      if (made instanceof Broadcast broadcast) {
        return frame.in(broadcast);
      }
      // A reshape of what lies in memory is a view; in a chain of instructions it would cut it.
      boolean inMemory = !(made instanceof Elementwise) && !(made instanceof Layout);
      return frame instanceof Frame.Reshaped && inMemory
          ? new Reshape(operand, frame.inner())
          : null;
    }

    /** {@code f(broadcast(x)) = broadcast(f(x))} */
    private boolean sinkBroadcast(Instruction instruction) {
      Broadcast first = null;
      for (Value operand : instruction.operands()) {
        if (!early.contains(operand)) {
          return false;
        }
        if (first == null && rewriter.definition(operand) instanceof Broadcast broadcast) {
          first = broadcast;
        }
      }
      if (first == null || first.x().type().elementCount() >= first.shape().elementCount()) {
        return false;
      }
      for (Value operand : instruction.operands()) {
        if (Splats.of(operand, rewriter) == null && !isLike(first, operand)) {
          return false;
        }
      }
      context.count(Stat.BROADCASTS_SUNK);
      Broadcast broadcast = first;
      var operands = new ArrayList<Value>();
      for (Value operand : instruction.operands()) {
        Op made = rewriter.definition(operand);
        Literal literal = Splats.of(operand, rewriter);
        if (literal != null) {
          operands.add(
              insert(instruction, "operand", Splats.repeated(literal, broadcast.x().type())));
        } else if (made != null) {
          operands.add(made.operands().getFirst());
        }
      }
      replace(instruction, operands, x -> new Broadcast(x, broadcast.shape(), broadcast.dims()));
      return true;
    }

    /** Whether the operand is repeated in the same way from the same shape. */
    private boolean isLike(Broadcast broadcast, Value operand) {
      return rewriter.definition(operand) instanceof Broadcast(var x, var _, var dims)
          && dims.equals(broadcast.dims())
          && x.type().shape().equals(broadcast.x().type().shape());
    }

    private void replace(
        Instruction instruction,
        List<Value> operands,
        java.util.function.Function<Value, Op> layout) {
      Value inner = insert(instruction, "inner", instruction.op().withOperands(operands));
      keep(instruction.withOp(layout.apply(inner)));
    }

    private Value insert(Instruction instruction, String suffix, Op op) {
      Value value = rewriter.insert(instruction, suffix, op);
      early.add(new Instruction(value, op, instruction.place()));
      return value;
    }
  }
}
