package dev.miser.onnx.export;

import dev.miser.ir.op.Attention;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Attention as matrix products around a softmax. A position that is not kept has the score -inf,
 * and so the weight 0: its value takes no part unless it is infinite or NaN.
 */
record AttentionNodes(GraphDraft graph, Formula formula, Operands operands) {
  Value of(Attention op) {
    Value key = formula.transposed(operands.of(op.key()));
    Value products = formula.matrixProduct(operands.of(op.query()), key);
    Value scores = formula.multiply(products, op.scale());
    Value bias = op.bias() == null ? null : operands.of(op.bias());
    boolean isMask = bias != null && bias.type().element().isBoolean();
    if (bias != null && !isMask) {
      scores = formula.add(scores, bias);
    }
    Value kept = kept(op, isMask ? bias : null);
    if (kept != null) {
      Value dropped = graph.scalar(scores.type().element(), Double.NEGATIVE_INFINITY);
      scores = formula.where(kept, scores, dropped);
    }
    Value weights =
        graph.node(
            "Softmax",
            scores.type(),
            List.of(scores),
            Attributes.integer("axis", scores.type().rank() - 1));
    return formula.matrixProduct(weights, operands.of(op.value()));
  }

  /** Which positions are kept, or null if all are. */
  private @Nullable Value kept(Attention op, @Nullable Value mask) {
    if (!op.causal()) {
      return mask;
    }
    Shape scores = op.scores();
    Value row = counted(scores.dim(scores.rank() - 2), true);
    Value column = counted(scores.dim(scores.rank() - 1), false);
    Value causal = formula.compare("LessOrEqual", column, row);
    return mask == null ? causal : formula.compare("And", causal, mask);
  }

  private Value counted(long size, boolean isColumn) {
    Value numbers =
        graph.node(
            "Range",
            TensorType.of(ElementType.I64, size),
            List.of(
                graph.scalar(ElementType.I64, 0L),
                graph.scalar(ElementType.I64, size),
                graph.scalar(ElementType.I64, 1L)));
    return isColumn ? formula.reshape(numbers, Shape.of(size, 1)) : numbers;
  }
}
