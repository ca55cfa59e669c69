package dev.miser.ir.plan;

import dev.miser.ir.op.Broadcast;
import dev.miser.ir.op.Concat;
import dev.miser.ir.op.Constant;
import dev.miser.ir.op.Iota;
import dev.miser.ir.op.Layout;
import dev.miser.ir.op.PackPanels;
import dev.miser.ir.op.Pad;
import dev.miser.ir.op.Random;
import dev.miser.ir.op.Reshape;
import dev.miser.ir.op.Reverse;
import dev.miser.ir.op.Slice;
import dev.miser.ir.op.Source;
import dev.miser.ir.op.Transpose;
import dev.miser.ir.op.UnpackPanels;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where an element of a leaf stands: the leaf's element at coordinates {@code i} is element {@code
 * base + sum(strides[a] * i[a])} of {@code source}.
 *
 * <p>If {@code origin} is null, the source lies in memory. Otherwise it is computed from the
 * element number: a splat constant (all strides 0), a random number, or an iota, whose element
 * number is the value itself.
 *
 * @param source the value that is read or computed
 * @param origin what computes the source, or null if it is read from memory
 * @param panels null, or what the source goes through first: then element numbers are those of its
 *     row-major result
 * @param shape the shape of the leaf
 * @param base the element number at coordinates 0
 * @param strides the step in element numbers along each axis of {@code shape}
 */
public record Access(
    Value source,
    @Nullable Source origin,
    @Nullable UnpackPanels panels,
    Shape shape,
    long base,
    List<Long> strides) {
  public Access {
    strides = List.copyOf(strides);
  }

  /** Returns the access to a value in memory itself. */
  public static Access memory(Value source) {
    Shape shape = source.type().shape();
    return new Access(source, null, null, shape, 0, shape.strides());
  }

  /** Returns the access to a computed value itself; a constant must be a splat. */
  public static Access computed(Value source, Source origin) {
    Shape shape = source.type().shape();
    List<Long> strides =
        switch (origin) {
          case Constant constant -> Collections.nCopies(shape.rank(), 0L);
          case Iota(var type, int axis) -> {
            var unit = new ArrayList<>(Collections.nCopies(shape.rank(), 0L));
            unit.set(axis, 1L);
            yield unit;
          }
          case Random random -> shape.strides();
        };
    return new Access(source, origin, null, shape, 0, strides);
  }

  /** Returns whether elements are read from memory. */
  public boolean isMemory() {
    return origin == null;
  }

  /** Returns whether this is the source itself, element by element, read from memory. */
  public boolean isWhole() {
    return isMemory()
        && panels == null
        && base == 0
        && shape.elementCount() == source.type().elementCount()
        && followsRowMajor();
  }

  /** Returns whether element numbers run row-major through {@code shape} without gaps. */
  public boolean followsRowMajor() {
    List<Long> dense = shape.strides();
    for (int axis = 0; axis < shape.rank(); axis++) {
      if (shape.dim(axis) > 1 && !dense.get(axis).equals(strides.get(axis))) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether element numbers grow from each element to the next in row-major order. */
  public boolean isAscending() {
    long reach = 0;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      if (shape.dim(axis) > 1) {
        if (strides.get(axis) <= reach) {
          return false;
        }
        reach += (shape.dim(axis) - 1) * strides.get(axis);
      }
    }
    return true;
  }

  /** Returns whether every element is the same one. */
  public boolean isUniform() {
    for (int axis = 0; axis < shape.rank(); axis++) {
      if (shape.dim(axis) > 1 && strides.get(axis) != 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns the access to the result of a layout operation applied to this leaf, or null if it is
   * not affine.
   */
  @Nullable Access through(Layout op) {
    Shape to = op.inferType().shape();
    return switch (op) {
      case Broadcast broadcast -> {
        var steps = new ArrayList<>(Collections.nCopies(to.rank(), 0L));
        for (int axis = 0; axis < shape.rank(); axis++) {
          if (shape.dim(axis) != 1) {
            steps.set(broadcast.dims().get(axis), strides.get(axis));
          }
        }
        yield with(to, base, steps);
      }
      case Transpose transpose ->
          with(to, base, transpose.permutation().stream().map(strides::get).toList());
      case Slice slice -> {
        long start = base;
        var steps = new ArrayList<Long>();
        for (int axis = 0; axis < shape.rank(); axis++) {
          start += slice.start().get(axis) * strides.get(axis);
          steps.add(slice.stride().get(axis) * strides.get(axis));
        }
        yield with(to, start, steps);
      }
      case Reverse reverse -> {
        long start = base;
        var steps = new ArrayList<>(strides);
        for (int axis : reverse.axes()) {
          start += Math.max(shape.dim(axis) - 1, 0) * strides.get(axis);
          steps.set(axis, -strides.get(axis));
        }
        yield with(to, start, steps);
      }
      case Reshape reshape -> reshaped(to);
      case UnpackPanels unpack ->
          isWhole() ? new Access(source, null, unpack, to, 0, to.strides()) : null;
      case Pad pad -> null;
      case Concat concat -> null;
      case PackPanels pack -> null;
    };
  }

  private Access with(Shape to, long start, List<Long> steps) {
    return new Access(source, origin, panels, to, start, steps);
  }

  /** A maximal run of axes that step as one: its size, and the step of its innermost element. */
  private record Run(long size, long step) {}

  /** Returns the runs of axes, innermost first; axes of size 1 say nothing. */
  private List<Run> runs() {
    var runs = new ArrayList<Run>();
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      long size = shape.dim(axis);
      if (size == 1) {
        continue;
      }
      Run inner = runs.isEmpty() ? null : runs.getLast();
      if (inner != null && strides.get(axis) == inner.size * inner.step) {
        runs.set(runs.size() - 1, new Run(inner.size * size, inner.step));
      } else {
        runs.add(new Run(size, strides.get(axis)));
      }
    }
    return runs;
  }

  /** Splits and merges axes; null if axes would merge that do not step as one. */
  private @Nullable Access reshaped(Shape to) {
    var steps = new ArrayList<>(Collections.nCopies(to.rank(), 0L));
    if (to.elementCount() == 0) {
      return with(to, base, steps);
    }
    Iterator<Run> runs = runs().iterator();
    long left = 1;
    long step = 0;
    for (int axis = to.rank() - 1; axis >= 0; axis--) {
      long size = to.dim(axis);
      if (size == 1) {
        continue;
      }
      if (left == 1) {
        Run run = runs.next();
        left = run.size;
        step = run.step;
      }
      if (left % size != 0) {
        return null;
      }
      steps.set(axis, step);
      step *= size;
      left /= size;
    }
    return with(to, base, steps);
  }
}
