package dev.miser.testmodels.numerics;

import dev.miser.ir.op.Gather;
import dev.miser.ir.op.Pad;
import dev.miser.ir.op.Pool;
import dev.miser.ir.op.Reduce;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;

/** Pooling, and resampling images. */
final class WindowCases {
  private WindowCases() {}

  static List<Value> build(Composer c, Recorded r) {
    Value x = c.input("x");
    return List.of(
        switch (r.op()) {
          case "max_pool" -> maxPool(c, r, x);
          case "avg_pool" -> averagePool(c, r, x);
          case "adaptive_avg_pool" ->
              adaptive(c, Reduce.Kind.REDUCE_MEAN, x, r.longs("output_size"));
          case "adaptive_max_pool" ->
              adaptive(c, Reduce.Kind.REDUCE_MAX, x, r.longs("output_size"));
          case "upsample" -> upsample(c, r, x);
          default -> throw new IllegalArgumentException(r.op());
        });
  }

  private static Value maxPool(Composer c, Recorded r, Value x) {
    return c.add(
        new Pool(
            Pool.Kind.MAX_POOL,
            x,
            r.longs("window"),
            r.longs("stride"),
            r.longs("padding"),
            high(r, x, r.longs("padding"), r.longs("dilation")),
            r.longs("dilation"),
            false));
  }

  private static Value averagePool(Composer c, Recorded r, Value x) {
    List<Long> padding = r.longs("padding");
    List<Long> ones = Collections.nCopies(padding.size(), 1L);
    List<Long> high = high(r, x, padding, ones);
    boolean counted = r.flag("count_include_pad");
    if (!counted || !r.flag("ceil_mode")) {
      // Without ceil_mode no window hangs over the padding, so that all windows have one size.
      return c.add(
          new Pool(
              Pool.Kind.AVERAGE_POOL,
              x,
              r.longs("window"),
              r.longs("stride"),
              padding,
              high,
              ones,
              counted));
    }
    // The padding counts as image; what hangs over it does not.
    var around = new ArrayList<>(List.of(0L, 0L));
    around.addAll(padding);
    Value padded = c.add(new Pad(x, c.splat(Shape.SCALAR, 0), around, around, List.of()));
    var over = new ArrayList<Long>();
    for (int i = 0; i < high.size(); i++) {
      over.add(Math.max(0, high.get(i) - padding.get(i)));
    }
    return c.add(
        new Pool(
            Pool.Kind.AVERAGE_POOL,
            padded,
            r.longs("window"),
            r.longs("stride"),
            List.of(),
            over,
            ones,
            false));
  }

  /** Returns the padding behind each axis with which exactly as many windows fit as there are. */
  private static List<Long> high(Recorded r, Value x, List<Long> padding, List<Long> dilation) {
    var high = new ArrayList<Long>();
    for (int i = 0; i < padding.size(); i++) {
      long size = x.type().dim(i + 2);
      long pad = padding.get(i);
      long stride = r.longs("stride").get(i);
      long extent = dilation.get(i) * (r.longs("window").get(i) - 1) + 1;
      long room = size + 2 * pad - extent;
      long count = (r.flag("ceil_mode") ? Math.ceilDiv(room, stride) : room / stride) + 1;
      if (r.flag("ceil_mode") && (count - 1) * stride >= size + pad) {
        count--;
      }
      high.add(Math.max(0, (count - 1) * stride + extent - size - pad));
    }
    return high;
  }

  /** Reduces window by window along one axis after the other. */
  private static Value adaptive(Composer c, Reduce.Kind kind, Value x, List<Long> sizes) {
    Value result = x;
    for (int i = 0; i < sizes.size(); i++) {
      int axis = i + 2;
      long from = x.type().dim(axis);
      long to = sizes.get(i);
      var parts = new ArrayList<Value>();
      for (long k = 0; k < to; k++) {
        Value window = c.slice(result, axis, k * from / to, Math.ceilDiv((k + 1) * from, to));
        parts.add(c.reduceKeeping(kind, window, List.of(axis)));
      }
      result = c.concat(axis, parts);
    }
    return result;
  }

  private static Value upsample(Composer c, Recorded r, Value x) {
    Value result = x;
    List<Long> sizes = r.longs("size");
    for (int i = 0; i < sizes.size(); i++) {
      int axis = i + 2;
      long from = x.type().dim(axis);
      long to = sizes.get(i);
      result =
          switch (r.text("mode")) {
            case "nearest" -> {
              long[] indices = LongStream.range(0, to).map(k -> k * from / to).toArray();
              yield c.add(new Gather(result, c.indices(indices), axis, false));
            }
            case "linear" -> linear(c, result, axis, to, r.flag("align_corners"));
            default -> throw new IllegalArgumentException(r.text("mode"));
          };
    }
    return result;
  }

  /** Mixes each position's two neighbours along one axis. */
  private static Value linear(Composer c, Value x, int axis, long to, boolean alignCorners) {
    long from = x.type().dim(axis);
    long[] lower = new long[(int) to];
    long[] upper = new long[(int) to];
    double[] share = new double[(int) to];
    for (int k = 0; k < to; k++) {
      double aligned = to == 1 ? 0 : (double) k * (from - 1) / (to - 1);
      double centred = Math.max((k + 0.5) * from / to - 0.5, 0);
      double position = alignCorners ? aligned : centred;
      lower[k] = (long) position;
      upper[k] = Math.min(lower[k] + 1, from - 1);
      share[k] = position - lower[k];
    }
    Value below = c.add(new Gather(x, c.indices(lower), axis, false));
    Value above = c.add(new Gather(x, c.indices(upper), axis, false));
    Value mix = c.stretch(c.reals(share), below.type().shape(), List.of(axis));
    return c.plus(below, c.times(mix, c.minus(above, below)));
  }
}
