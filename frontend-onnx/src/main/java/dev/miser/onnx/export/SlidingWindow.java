package dev.miser.onnx.export;

import dev.miser.ir.op.Value;
import dev.miser.ir.type.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * A window that slides over the axes behind the first two. Lists run over these axes.
 *
 * @param count how many positions it has along each
 */
record SlidingWindow(
    List<Long> size,
    List<Long> stride,
    List<Long> low,
    List<Long> high,
    List<Long> dilation,
    List<Long> count) {

  static SlidingWindow of(
      List<Long> size,
      List<Long> stride,
      List<Long> low,
      List<Long> high,
      List<Long> dilation,
      Shape result) {
    return new SlidingWindow(
        size, stride, low, high, dilation, result.dims().subList(2, result.rank()));
  }

  /** Returns the number of entries of the window. */
  long entries() {
    return new Shape(size).elementCount();
  }

  /** Returns what each entry of the window meets at all positions, in row-major order. */
  List<Value> slices(Formula formula, Value x, Value fill) {
    Value padded = formula.pad(x, fill, behindTwo(low), behindTwo(high));
    var slices = new ArrayList<Value>();
    for (long entry = 0; entry < entries(); entry++) {
      var start = new ArrayList<>(List.of(0L, 0L));
      var limit = new ArrayList<>(x.type().shape().dims().subList(0, 2));
      var step = new ArrayList<>(List.of(1L, 1L));
      for (int i = 0; i < size.size(); i++) {
        long at = position(entry, i) * dilation.get(i);
        start.add(at);
        limit.add(at + (count.get(i) - 1) * stride.get(i) + 1);
        step.add(stride.get(i));
      }
      slices.add(formula.slice(padded, start, limit, step));
    }
    return slices;
  }

  private static List<Long> behindTwo(List<Long> amounts) {
    var all = new ArrayList<>(List.of(0L, 0L));
    all.addAll(amounts);
    return all;
  }

  /** Returns the coordinate along spatial axis {@code i} of an entry counted in row-major order. */
  long position(long entry, int i) {
    return entry / new Shape(size).elementCount(i + 1, size.size()) % size.get(i);
  }

  /** Returns how many entries are inside an image of this many elements, for each position. */
  long[] inside(int i, long image) {
    long[] found = new long[Math.toIntExact(count.get(i))];
    for (int p = 0; p < found.length; p++) {
      for (long e = 0; e < size.get(i); e++) {
        long at = p * stride.get(i) - low.get(i) + e * dilation.get(i);
        found[p] += at >= 0 && at < image ? 1 : 0;
      }
    }
    return found;
  }

  /** Returns the amounts before each axis, then those behind each, as operators want them. */
  List<Long> pads() {
    var pads = new ArrayList<>(low);
    pads.addAll(high);
    return pads;
  }
}
