package dev.miser.ir.eval;

import dev.miser.ir.op.Pool;
import dev.miser.ir.op.Windowed;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.Arrays;

/** What elements under a sliding window combine to. */
final class WindowedMeaning {
  private WindowedMeaning() {}

  static Tensor of(Windowed windowed, Operands in) {
    TensorType type = windowed.inferType();
    return switch (windowed) {
      case Pool pool ->
          type.element().isFloat()
              ? Tensor.ofDoubles(type, floats(pool, type, in.doubles(pool.x())))
              : Tensor.ofLongs(type, integers(pool, type, in.longs(pool.x())));
    };
  }

  private static WindowWalk walk(Pool pool, TensorType type) {
    return new WindowWalk(
        pool.x().type().shape(),
        pool.window(),
        type.shape(),
        pool.stride(),
        pool.low(),
        pool.dilation());
  }

  private static double[] floats(Pool pool, TensorType type, double[] x) {
    WindowWalk walk = walk(pool, type);
    double[] result = new double[Tensor.count(type)];
    boolean maximum = pool.kind() == Pool.Kind.MAX_POOL;
    Arrays.fill(result, maximum ? Double.NEGATIVE_INFINITY : 0);
    long[] inside = new long[walk.positionCount()];
    for (WindowWalk.Row row : walk.rows()) {
      for (int i = 0; i < row.count(); i++) {
        inside[row.position() + i]++;
      }
    }
    int planes = Math.toIntExact(type.dim(0) * type.dim(1));
    for (int plane = 0; plane < planes; plane++) {
      int to = plane * walk.positionCount();
      int from = plane * walk.imageSize();
      for (WindowWalk.Row row : walk.rows()) {
        for (int i = 0; i < row.count(); i++) {
          double met = x[from + row.element() + i * walk.step()];
          int at = to + row.position() + i;
          result[at] = maximum ? Math.max(result[at], met) : result[at] + met;
        }
      }
      if (pool.kind() == Pool.Kind.AVERAGE_POOL) {
        for (int i = 0; i < walk.positionCount(); i++) {
          result[to + i] /= pool.countPadding() ? walk.windowSize() : inside[i];
        }
      }
    }
    return result;
  }

  private static long[] integers(Pool pool, TensorType type, long[] x) {
    WindowWalk walk = walk(pool, type);
    ElementType element = type.element();
    boolean maximum = pool.kind() == Pool.Kind.MAX_POOL;
    long[] result = new long[Tensor.count(type)];
    Arrays.fill(result, maximum ? ReductionMeaning.least(element) : 0);
    int planes = Math.toIntExact(type.dim(0) * type.dim(1));
    for (int plane = 0; plane < planes; plane++) {
      int to = plane * walk.positionCount();
      int from = plane * walk.imageSize();
      for (WindowWalk.Row row : walk.rows()) {
        for (int i = 0; i < row.count(); i++) {
          long met = x[from + row.element() + i * walk.step()];
          int at = to + row.position() + i;
          boolean larger = IntegerFunctions.compare(met, result[at], element) > 0;
          long sum = Conversions.wrap(result[at] + met, element);
          result[at] = maximum ? (larger ? met : result[at]) : sum;
        }
      }
    }
    return result;
  }
}
