package dev.miser.ir.eval;

import dev.miser.ir.op.Contraction;
import dev.miser.ir.op.Convolution;
import dev.miser.ir.op.Dot;
import dev.miser.ir.op.TransposedConvolution;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.TensorType;
import java.util.stream.IntStream;

/** What products summed over shared axes are. */
final class ContractionMeaning {
  private ContractionMeaning() {}

  static Tensor of(Contraction contraction, Operands in) {
    TensorType type = contraction.inferType();
    return switch (contraction) {
      case Dot dot -> dot(dot, type, in);
      case Convolution convolution -> convolution(convolution, type, in);
      case TransposedConvolution convolution -> transposedConvolution(convolution, type, in);
    };
  }

  private static Tensor dot(Dot dot, TensorType type, Operands in) {
    int m = Math.toIntExact(dot.rows());
    int n = Math.toIntExact(dot.columns());
    int k = Math.toIntExact(dot.inner());
    int lhsRow = dot.transposeLhs() ? 1 : k;
    int lhsInner = dot.transposeLhs() ? m : 1;
    int rhsInner = dot.transposeRhs() ? 1 : n;
    int rhsColumn = dot.transposeRhs() ? k : 1;
    int rows = Math.multiplyExact(Math.toIntExact(dot.batches()), m);
    if (type.element().isFloat()) {
      double[] lhs = in.doubles(dot.lhs());
      double[] rhs = in.doubles(dot.rhs());
      double[] result = new double[Tensor.count(type)];
      IntStream.range(0, rows)
          .parallel()
          .forEach(row -> {
            int left = row / m * (m * k) + row % m * lhsRow;
            int right = row / m * (k * n);
            // Each sum runs over i upwards; the columns are inside, for the cache's sake.
            for (int i = 0; i < k; i++) {
              double factor = lhs[left + i * lhsInner];
              for (int j = 0; j < n; j++) {
                result[row * n + j] += factor * rhs[right + i * rhsInner + j * rhsColumn];
              }
            }
          });
      return Tensor.ofDoubles(type, result);
    }
    long[] lhs = in.longs(dot.lhs());
    long[] rhs = in.longs(dot.rhs());
    long[] result = new long[Tensor.count(type)];
    for (int row = 0; row < rows; row++) {
      int left = row / m * (m * k) + row % m * lhsRow;
      int right = row / m * (k * n);
      for (int j = 0; j < n; j++) {
        long sum = 0;
        for (int i = 0; i < k; i++) {
          sum += lhs[left + i * lhsInner] * rhs[right + i * rhsInner + j * rhsColumn];
        }
        result[row * n + j] = Conversions.wrap(sum, type.element());
      }
    }
    return Tensor.ofLongs(type, result);
  }

  /** Joins one window of one input plane with one output plane. */
  private interface Plane {
    void join(int input, int weights, int output);
  }

  private static Tensor convolution(Convolution op, TensorType type, Operands in) {
    var walk =
        new WindowWalk(
            op.x().type().shape(),
            WindowWalk.spatial(op.weights().type().shape()),
            type.shape(),
            op.stride(),
            op.low(),
            op.dilation());
    int channels = Math.toIntExact(op.x().type().dim(1));
    int outputs = Math.toIntExact(type.dim(1));
    int groupChannels = Math.toIntExact(op.weights().type().dim(1));
    int groupOutputs = Math.toIntExact(outputs / op.groups());
    int images = Math.toIntExact(type.dim(0));
    Sums sums = new Sums(op.x(), op.weights(), type, in);
    Plane plane = sums.gather(walk);
    IntStream.range(0, images * outputs)
        .parallel()
        .forEach(output -> {
          int o = output % outputs;
          int firstChannel = output / outputs * channels + o / groupOutputs * groupChannels;
          for (int c = 0; c < groupChannels; c++) {
            plane.join(firstChannel + c, o * groupChannels + c, output);
          }
        });
    return sums.tensor();
  }

  private static Tensor transposedConvolution(
      TransposedConvolution op, TensorType type, Operands in) {
    // The convolution that this transposes slides its window over the result.
    var walk =
        new WindowWalk(
            type.shape(),
            WindowWalk.spatial(op.weights().type().shape()),
            op.x().type().shape(),
            op.stride(),
            op.low(),
            op.dilation());
    int channels = Math.toIntExact(op.x().type().dim(1));
    int outputs = Math.toIntExact(type.dim(1));
    int groupOutputs = Math.toIntExact(op.weights().type().dim(1));
    int groupChannels = Math.toIntExact(channels / op.groups());
    int images = Math.toIntExact(type.dim(0));
    Sums sums = new Sums(op.x(), op.weights(), type, in);
    Plane plane = sums.scatter(walk);
    IntStream.range(0, images * outputs)
        .parallel()
        .forEach(output -> {
          int o = output % outputs;
          int firstChannel = o / groupOutputs * groupChannels;
          for (int c = firstChannel; c < firstChannel + groupChannels; c++) {
            int weights = c * groupOutputs + o % groupOutputs;
            plane.join(output / outputs * channels + c, weights, output);
          }
        });
    return sums.tensor();
  }

  /** The sums that a convolution makes, of doubles or of longs. */
  private static final class Sums {
    private final TensorType type;
    private final boolean floats;
    private final Tensor x;
    private final Tensor weights;
    private final double[] doubles;
    private final long[] longs;

    Sums(Value x, Value weights, TensorType type, Operands in) {
      this.type = type;
      this.floats = type.element().isFloat();
      this.x = in.of(x);
      this.weights = in.of(weights);
      this.doubles = new double[floats ? Tensor.count(type) : 0];
      this.longs = new long[floats ? 0 : Tensor.count(type)];
    }

    /** Each position of the window sums what it meets in the input. */
    Plane gather(WindowWalk walk) {
      return (input, window, output) -> {
        int to = output * walk.positionCount();
        int from = input * walk.imageSize();
        int weight = window * walk.windowSize();
        for (WindowWalk.Row row : walk.rows()) {
          int first = from + row.element();
          add(to + row.position(), 1, first, walk.step(), weight + row.entry(), row.count());
        }
      };
    }

    /** Each position of the window, an input, adds to what it meets in the output. */
    Plane scatter(WindowWalk walk) {
      return (input, window, output) -> {
        int to = output * walk.imageSize();
        int from = input * walk.positionCount();
        int weight = window * walk.windowSize();
        for (WindowWalk.Row row : walk.rows()) {
          int first = to + row.element();
          add(first, walk.step(), from + row.position(), 1, weight + row.entry(), row.count());
        }
      };
    }

    private void add(int to, int toStep, int from, int fromStep, int weight, int count) {
      if (floats) {
        double[] source = x.doubles();
        double factor = weights.doubles()[weight];
        for (int i = 0; i < count; i++) {
          doubles[to + i * toStep] += source[from + i * fromStep] * factor;
        }
      } else {
        long[] source = x.longs();
        long factor = weights.longs()[weight];
        for (int i = 0; i < count; i++) {
          longs[to + i * toStep] += source[from + i * fromStep] * factor;
        }
      }
    }

    Tensor tensor() {
      for (int i = 0; i < longs.length; i++) {
        longs[i] = Conversions.wrap(longs[i], type.element());
      }
      return floats ? Tensor.ofDoubles(type, doubles) : Tensor.ofLongs(type, longs);
    }
  }
}
