package dev.miser.ir.eval;

import dev.miser.ir.op.Attention;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What scaled dot-product attention is, one query at a time. */
final class AttentionMeaning {
  private final Attention op;
  private final int queries;
  private final int keys;
  private final int depth;
  private final int width;
  private final double[] query;
  private final double[] key;
  private final double[] value;
  private final @Nullable Tensor bias;
  private final int[] biasPositions;

  private AttentionMeaning(Attention op, Operands in) {
    int rank = op.query().type().rank();
    this.op = op;
    this.queries = Math.toIntExact(op.query().type().dim(rank - 2));
    this.keys = Math.toIntExact(op.key().type().dim(rank - 2));
    this.depth = Math.toIntExact(op.query().type().dim(rank - 1));
    this.width = Math.toIntExact(op.value().type().dim(rank - 1));
    this.query = in.doubles(op.query());
    this.key = in.doubles(op.key());
    this.value = in.doubles(op.value());
    this.bias = op.bias() == null ? null : in.of(op.bias());
    this.biasPositions =
        op.bias() == null ? new int[0] : positions(op.bias().type().shape(), op.scores());
  }

  static Tensor of(Attention op, Operands in) {
    TensorType type = op.inferType();
    var meaning = new AttentionMeaning(op, in);
    double[] result = new double[Tensor.count(type)];
    int rows = meaning.width == 0 ? 0 : result.length / meaning.width;
    IntStream.range(0, rows).parallel().forEach(row -> meaning.attend(row, result));
    return Tensor.ofDoubles(type, result);
  }

  /** Returns for each score the element of the bias, which is stretched where its size is 1. */
  private static int[] positions(Shape bias, Shape scores) {
    int[][] axes = new int[scores.rank()][];
    for (int axis = 0; axis < axes.length; axis++) {
      int stride = bias.dim(axis) == 1 ? 0 : Positions.stride(bias, axis);
      axes[axis] = Positions.axis(scores.dim(axis), i -> i * stride);
    }
    return Positions.sum(axes);
  }

  /** Computes the row of the result for one query, counted over all leading axes. */
  private void attend(int row, double[] result) {
    int firstKey = row / queries * keys;
    double[] scores = new double[keys];
    double max = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < keys; j++) {
      if (isKept(row, j)) {
        scores[j] = score(row, firstKey + j, j);
        max = Math.max(max, scores[j]);
      }
    }
    double sum = 0;
    for (int j = 0; j < keys; j++) {
      scores[j] = isKept(row, j) ? StrictMath.exp(scores[j] - max) : 0;
      sum += scores[j];
    }
    for (int e = 0; e < width; e++) {
      double weighted = 0;
      for (int j = 0; j < keys; j++) {
        if (isKept(row, j)) {
          weighted += scores[j] * value[(firstKey + j) * width + e];
        }
      }
      // With nothing kept, 0 / 0: NaN.
      result[row * width + e] = weighted / sum;
    }
  }

  private boolean isKept(int row, int j) {
    boolean masked =
        bias != null
            && bias.type().element().isBoolean()
            && bias.longs()[biasPositions[row * keys + j]] == 0;
    return !masked && (!op.causal() || j <= row % queries);
  }

  private double score(int row, int keyRow, int j) {
    double sum = 0;
    for (int d = 0; d < depth; d++) {
      sum += query[row * depth + d] * key[keyRow * depth + d];
    }
    double score = sum * op.scale();
    return bias == null || bias.type().element().isBoolean()
        ? score
        : score + bias.doubles()[biasPositions[row * keys + j]];
  }
}
