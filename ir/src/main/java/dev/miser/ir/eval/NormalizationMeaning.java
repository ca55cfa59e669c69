package dev.miser.ir.eval;

import dev.miser.ir.op.BatchNorm;
import dev.miser.ir.op.GroupNorm;
import dev.miser.ir.op.LayerNorm;
import dev.miser.ir.op.LocalResponseNorm;
import dev.miser.ir.op.Normalization;
import dev.miser.ir.op.RmsNorm;
import dev.miser.ir.op.Softmax;
import dev.miser.ir.type.Shape;
import dev.miser.ir.type.TensorType;
import java.util.Arrays;

/** What elements rescaled by statistics of their neighbours are. */
final class NormalizationMeaning {
  private NormalizationMeaning() {}

  static Tensor of(Normalization normalization, Operands in) {
    TensorType type = normalization.inferType();
    double[] x = in.doubles(normalization.x());
    return Tensor.ofDoubles(
        type,
        switch (normalization) {
          case Softmax op -> softmax(op, x);
          case LayerNorm op -> layerNorm(op, x, in);
          case RmsNorm op -> rmsNorm(op, x, in);
          case BatchNorm op -> batchNorm(op, x, in);
          case GroupNorm op -> groupNorm(op, x, in);
          case LocalResponseNorm op -> localResponseNorm(op, x);
        });
  }

  private static double[] softmax(Softmax op, double[] x) {
    Shape shape = op.x().type().shape();
    int size = Math.toIntExact(shape.dim(op.axis()));
    int inner = Positions.stride(shape, op.axis());
    double[] result = new double[x.length];
    int runs = size == 0 ? 0 : x.length / size;
    for (int run = 0; run < runs; run++) {
      int first = run / inner * (size * inner) + run % inner;
      double max = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < size; i++) {
        max = Math.max(max, x[first + i * inner]);
      }
      double sum = 0;
      for (int i = 0; i < size; i++) {
        sum += StrictMath.exp(x[first + i * inner] - max);
      }
      for (int i = 0; i < size; i++) {
        double above = x[first + i * inner] - max;
        result[first + i * inner] =
            switch (op.kind()) {
              case SOFTMAX -> StrictMath.exp(above) / sum;
              case LOG_SOFTMAX -> above - StrictMath.log(sum);
            };
      }
    }
    return result;
  }

  /** Mean and population variance of {@code size} elements from {@code first} on. */
  private record Statistics(double mean, double variance) {
    static Statistics of(double[] x, int first, int size) {
      double sum = 0;
      for (int i = 0; i < size; i++) {
        sum += x[first + i];
      }
      double mean = sum / size;
      double squares = 0;
      for (int i = 0; i < size; i++) {
        squares += (x[first + i] - mean) * (x[first + i] - mean);
      }
      return new Statistics(mean, squares / size);
    }

    double normalize(double x, double epsilon) {
      return (x - mean) / Math.sqrt(variance + epsilon);
    }
  }

  private static double[] layerNorm(LayerNorm op, double[] x, Operands in) {
    double[] scale = in.doubles(op.scale());
    double[] bias = op.bias() == null ? new double[scale.length] : in.doubles(op.bias());
    double[] result = new double[x.length];
    for (int first = 0; first < x.length; first += scale.length) {
      Statistics statistics = Statistics.of(x, first, scale.length);
      for (int i = 0; i < scale.length; i++) {
        double normal = statistics.normalize(x[first + i], op.epsilon());
        result[first + i] = normal * scale[i] + bias[i];
      }
    }
    return result;
  }

  private static double[] rmsNorm(RmsNorm op, double[] x, Operands in) {
    double[] scale = in.doubles(op.scale());
    double[] result = new double[x.length];
    for (int first = 0; first < x.length; first += scale.length) {
      double squares = 0;
      for (int i = 0; i < scale.length; i++) {
        squares += x[first + i] * x[first + i];
      }
      double root = Math.sqrt(squares / scale.length + op.epsilon());
      for (int i = 0; i < scale.length; i++) {
        result[first + i] = x[first + i] / root * scale[i];
      }
    }
    return result;
  }

  private static double[] batchNorm(BatchNorm op, double[] x, Operands in) {
    double[] scale = in.doubles(op.scale());
    double[] bias = in.doubles(op.bias());
    double[] mean = in.doubles(op.mean());
    double[] variance = in.doubles(op.variance());
    int plane = Positions.stride(op.x().type().shape(), 1);
    double[] result = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      int c = i / plane % scale.length;
      var statistics = new Statistics(mean[c], variance[c]);
      result[i] = statistics.normalize(x[i], op.epsilon()) * scale[c] + bias[c];
    }
    return result;
  }

  private static double[] groupNorm(GroupNorm op, double[] x, Operands in) {
    double[] scale = in.doubles(op.scale());
    double[] bias = in.doubles(op.bias());
    int plane = Positions.stride(op.x().type().shape(), 1);
    int group = Math.toIntExact(scale.length / op.groups() * plane);
    double[] result = new double[x.length];
    for (int first = 0; first < x.length; first += group) {
      Statistics statistics = Statistics.of(x, first, group);
      for (int i = first; i < first + group; i++) {
        int c = i / plane % scale.length;
        result[i] = statistics.normalize(x[i], op.epsilon()) * scale[c] + bias[c];
      }
    }
    return result;
  }

  private static double[] localResponseNorm(LocalResponseNorm op, double[] x) {
    int channels = Math.toIntExact(op.x().type().dim(1));
    int plane = Positions.stride(op.x().type().shape(), 1);
    long before = op.size() / 2;
    long after = (op.size() - 1) / 2;
    double[] squares = new double[x.length];
    Arrays.setAll(squares, i -> x[i] * x[i]);
    double[] result = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      int c = i / plane % channels;
      double sum = 0;
      for (long d = Math.max(-before, -c); d <= Math.min(after, channels - 1 - c); d++) {
        sum += squares[(int) (i + d * plane)];
      }
      double scale = op.bias() + op.alpha() / op.size() * sum;
      result[i] = x[i] / StrictMath.pow(scale, op.beta());
    }
    return result;
  }
}
