package dev.miser.onnx.export;

import dev.miser.ir.op.BatchNorm;
import dev.miser.ir.op.GroupNorm;
import dev.miser.ir.op.LayerNorm;
import dev.miser.ir.op.LocalResponseNorm;
import dev.miser.ir.op.Normalization;
import dev.miser.ir.op.RmsNorm;
import dev.miser.ir.op.Softmax;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Elements rescaled by statistics of their neighbours. ONNX keeps statistics in f32 and epsilon as
 * a float, which is too coarse for f64: that is written out.
 */
record NormalizationNodes(GraphDraft graph, Formula formula, Operands operands) {
  Value of(Normalization normalization) {
    Value x = operands.of(normalization.x());
    boolean fits = x.type().element() != ElementType.F64;
    return switch (normalization) {
      case Softmax op -> softmax(op, x);
      case LayerNorm op -> fits ? layerNorm(op, x) : writtenOut(op, x);
      case RmsNorm op -> rmsNorm(op, x);
      case BatchNorm op -> fits ? batchNorm(op, x) : writtenOut(op, x);
      case GroupNorm op -> fits ? groupNorm(op, x) : writtenOut(op, x);
      case LocalResponseNorm op -> localResponseNorm(op, x, fits);
    };
  }

  private Value softmax(Softmax op, Value x) {
    return graph.node(
        switch (op.kind()) {
          case SOFTMAX -> "Softmax";
          case LOG_SOFTMAX -> "LogSoftmax";
        },
        x.type(),
        List.of(x),
        Attributes.integer("axis", op.axis()));
  }

  private Value layerNorm(LayerNorm op, Value x) {
    var inputs = new ArrayList<>(List.of(x, operands.of(op.scale())));
    if (op.bias() != null) {
      inputs.add(operands.of(op.bias()));
    }
    return graph.node(
        "LayerNormalization",
        x.type(),
        inputs,
        Attributes.integer("axis", x.type().rank() - op.scale().type().rank()),
        Attributes.number("epsilon", op.epsilon()));
  }

  private Value writtenOut(LayerNorm op, Value x) {
    List<Integer> axes = lastAxes(x, op.scale());
    Value bias = op.bias() == null ? null : operands.of(op.bias());
    return scaled(normal(x, axes, op.epsilon()), operands.of(op.scale()), bias);
  }

  private Value scaled(Value normal, Value scale, @Nullable Value bias) {
    Value scaled = formula.multiply(normal, scale);
    return bias == null ? scaled : formula.add(scaled, bias);
  }

  /** {@code (x - mean) / sqrt(variance + epsilon)}, mean and variance along axes. */
  private Value normal(Value x, List<Integer> axes, double epsilon) {
    Value centred = formula.subtract(x, formula.reduceKept("ReduceMean", x, axes));
    Value variance = formula.reduceKept("ReduceMean", formula.multiply(centred, centred), axes);
    return formula.divide(centred, root(variance, epsilon));
  }

  private Value root(Value variance, double epsilon) {
    return formula.unary("Sqrt", formula.add(variance, epsilon));
  }

  private static List<Integer> lastAxes(Value x, Value scale) {
    return Formula.axes(x.type().rank() - scale.type().rank(), x.type().rank());
  }

  /** With a power of 2 for the square, which runtimes look for when they join these operators. */
  private Value rmsNorm(RmsNorm op, Value x) {
    Value wide = formula.widened(x);
    Value two = graph.scalar(wide.type().element(), 2.0);
    Value squares = formula.binary("Pow", wide, two);
    Value mean = formula.reduceKept("ReduceMean", squares, lastAxes(x, op.scale()));
    Value normal = formula.divide(wide, root(mean, op.epsilon()));
    Value scaled = formula.multiply(normal, formula.widened(operands.of(op.scale())));
    return formula.cast(scaled, x.type().element());
  }

  private Value batchNorm(BatchNorm op, Value x) {
    return graph.node(
        "BatchNormalization",
        x.type(),
        List.of(
            x,
            operands.of(op.scale()),
            operands.of(op.bias()),
            operands.of(op.mean()),
            operands.of(op.variance())),
        Attributes.number("epsilon", op.epsilon()));
  }

  private Value writtenOut(BatchNorm op, Value x) {
    Value centred = formula.subtract(x, channels(x, op.mean()));
    Value normal = formula.divide(centred, root(channels(x, op.variance()), op.epsilon()));
    return scaled(normal, channels(x, op.scale()), channels(x, op.bias()));
  }

  /** A vector along axis 1, of the rank of {@code x}. */
  private Value channels(Value x, Value vector) {
    Shape ones = new Shape(Collections.nCopies(x.type().rank(), 1L));
    return formula.reshape(operands.of(vector), ones.with(1, x.type().dim(1)));
  }

  private Value groupNorm(GroupNorm op, Value x) {
    return graph.node(
        "GroupNormalization",
        x.type(),
        List.of(x, operands.of(op.scale()), operands.of(op.bias())),
        Attributes.integer("num_groups", op.groups()),
        Attributes.number("epsilon", op.epsilon()));
  }

  private Value writtenOut(GroupNorm op, Value x) {
    long samples = x.type().dim(0);
    long group = x.type().elementCount() / samples / op.groups();
    Value groups = formula.reshape(x, Shape.of(samples, op.groups(), group));
    Value normal = formula.reshape(normal(groups, List.of(2), op.epsilon()), x.type().shape());
    return scaled(normal, channels(x, op.scale()), channels(x, op.bias()));
  }

  /**
   * The operator of ONNX has the longer side of an even size behind the channel, ours before it;
   * and runtimes know it for images only.
   */
  private Value localResponseNorm(LocalResponseNorm op, Value x, boolean fits) {
    if (fits && op.size() % 2 == 1 && x.type().rank() == 4) {
      return graph.node(
          "LRN",
          x.type(),
          List.of(x),
          Attributes.integer("size", op.size()),
          Attributes.number("alpha", op.alpha()),
          Attributes.number("beta", op.beta()),
          Attributes.number("bias", op.bias()));
    }
    Value wide = formula.widened(x);
    Value sum = neighbours(formula.multiply(wide, wide), op.size());
    Value scale = formula.add(formula.multiply(sum, op.alpha() / op.size()), op.bias());
    Value power = formula.binary("Pow", scale, graph.scalar(scale.type().element(), op.beta()));
    return formula.cast(formula.divide(wide, power), x.type().element());
  }

  /** Sums channels within the window, of which no more than there are can be met. */
  private Value neighbours(Value squares, long size) {
    long channels = squares.type().dim(1);
    long before = Math.min(size / 2, channels - 1);
    long after = Math.min((size - 1) / 2, channels - 1);
    List<Long> none = Collections.nCopies(squares.type().rank(), 0L);
    Value padded =
        formula.pad(
            squares,
            graph.scalar(squares.type().element(), 0.0),
            new Shape(none).with(1, before).dims(),
            new Shape(none).with(1, after).dims());
    Value sum = formula.slice(padded, 1, 0, channels);
    for (long i = 1; i <= before + after; i++) {
      sum = formula.add(sum, formula.slice(padded, 1, i, i + channels));
    }
    return sum;
  }
}
