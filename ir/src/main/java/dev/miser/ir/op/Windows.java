package dev.miser.ir.op;

import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.RuleViolation;
import dev.miser.ir.type.Shape;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

/** Size arithmetic of sliding windows, checked against overflow. */
final class Windows {
  private Windows() {}

  /** Returns {@code list}, or {@code count} copies of {@code filler} where it is empty. */
  static List<Long> orElse(List<Long> list, int count, long filler) {
    return list.isEmpty() ? Collections.nCopies(Math.max(count, 0), filler) : List.copyOf(list);
  }

  /** Returns the sum, or fails as a shape with too many elements. */
  static long exact(Supplier<String> what, long... terms) {
    long sum = 0;
    for (long term : terms) {
      if (Math.abs((double) term) > Shape.MAX_ELEMENTS) {
        throw new RuleViolation(Code.LIMIT_ELEMENTS, what.get() + " " + term, Shape.MAX_ELEMENTS);
      }
      sum += term;
    }
    return sum;
  }

  static long product(long a, long b) {
    if (Math.abs((double) a * (double) b) > Shape.MAX_ELEMENTS) {
      throw new RuleViolation(Code.LIMIT_ELEMENTS, a + " * " + b, Shape.MAX_ELEMENTS);
    }
    return a * b;
  }

  /** Returns the size of a window whose entries are {@code dilation} apart. */
  static long dilated(long window, long dilation) {
    return window == 0 ? 0 : exact(() -> "window", product(window - 1, dilation), 1);
  }

  /** Returns how many windows fit into an axis; fails if none does. */
  static long count(
      int axis, long size, long window, long stride, long low, long high, long dilation) {
    long padded = exact(() -> "padding of axis", size, low, high);
    long extent = dilated(window, dilation);
    if (padded < extent) {
      throw new RuleViolation(Code.CONV_WINDOW, axis, padded, extent);
    }
    return (padded - extent) / stride + 1;
  }
}
