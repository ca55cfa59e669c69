package dev.miser.ir.type;

import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.RuleViolation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The sizes of a tensor's axes, outermost first; every size is known and at least 0. */
public record Shape(List<Long> dims) {
  public static final Shape SCALAR = new Shape(List.of());

  /** The largest rank a tensor may have. */
  public static final int MAX_RANK = 8;

  /** The largest number of elements a tensor may have. */
  public static final long MAX_ELEMENTS = 1L << 40;

  /**
   * @throws RuleViolation if the rank or the number of elements is above the limit, or a size is
   *     negative
   */
  public Shape {
    dims = List.copyOf(dims);
    if (dims.size() > MAX_RANK) {
      throw new RuleViolation(Code.LIMIT_RANK, dims.size(), MAX_RANK);
    }
    long count = 1;
    for (long dim : dims) {
      if (dim < 0) {
        throw new RuleViolation(Code.ATTRIBUTE_POSITIVE, "size", dim, 0);
      }
      // A zero-sized axis does not excuse the others: their product bounds loops and strides.
      long factor = Math.max(dim, 1);
      if (count > MAX_ELEMENTS / factor) {
        throw new RuleViolation(Code.LIMIT_ELEMENTS, text(dims), MAX_ELEMENTS);
      }
      count *= factor;
    }
  }

  public static Shape of(long... dims) {
    var list = new ArrayList<Long>(dims.length);
    for (long dim : dims) {
      list.add(dim);
    }
    return new Shape(list);
  }

  public int rank() {
    return dims.size();
  }

  public long dim(int axis) {
    return dims.get(axis);
  }

  /** Returns the product of all sizes; 1 for a scalar. */
  public long elementCount() {
    return elementCount(0, rank());
  }

  /** Returns the product of the sizes of axes [from, to). */
  public long elementCount(int from, int to) {
    long count = 1;
    for (int axis = from; axis < to; axis++) {
      count *= dim(axis);
    }
    return count;
  }

  /** Returns this shape with one size replaced. */
  public Shape with(int axis, long size) {
    var changed = new ArrayList<>(dims);
    changed.set(axis, size);
    return new Shape(changed);
  }

  /** Returns this shape without the given axes. */
  public Shape without(List<Integer> axes) {
    var kept = new ArrayList<Long>();
    for (int axis = 0; axis < rank(); axis++) {
      if (!axes.contains(axis)) {
        kept.add(dim(axis));
      }
    }
    return new Shape(kept);
  }

  /** Returns the row-major strides in elements. */
  public List<Long> strides() {
    var strides = new ArrayList<Long>();
    for (int axis = 0; axis < rank(); axis++) {
      strides.add(elementCount(axis + 1, rank()));
    }
    return strides;
  }

  private static String text(List<Long> dims) {
    return dims.stream().map(String::valueOf).collect(Collectors.joining(",", "[", "]"));
  }

  /** Returns the text form, such as {@code [32,784]}. */
  @Override
  public String toString() {
    return text(dims);
  }
}
