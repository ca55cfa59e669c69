package dev.miser.codegen.matrix;

import dev.miser.ir.plan.Access;
import dev.miser.ir.type.Shape;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** How leaves step along runs of neighbouring axes that are counted by one variable. */
public final class Steps {
  private Steps() {}

  /**
   * Some neighbouring axes of a kernel's result, and the variable that counts through them.
   *
   * @param from the first of them
   * @param to the axis after the last
   */
  public record Run(int from, int to, String variable) {
    /** Returns the number of positions. */
    public long size(Shape shape) {
      return shape.elementCount(from, to);
    }
  }

  /** Returns whether a leaf steps through all these axes as through one. */
  public static boolean merges(Access access, int from, int to) {
    boolean inside = false;
    long expected = 0;
    for (int axis = to - 1; axis >= from; axis--) {
      long size = access.shape().dim(axis);
      if (size == 1) {
        continue;
      }
      long stride = access.strides().get(axis);
      if (inside && stride != expected) {
        return false;
      }
      inside = true;
      expected = stride * size;
    }
    return true;
  }

  /** Returns the step in elements of a leaf that {@link #merges}. */
  public static long step(Access access, int from, int to) {
    for (int axis = to - 1; axis >= from; axis--) {
      if (access.shape().dim(axis) != 1) {
        return access.strides().get(axis);
      }
    }
    return 0;
  }

  /** Returns the axes [0, to) in as few runs as these leaves allow, called name0, name1, ... */
  public static List<Run> runs(String name, int to, Collection<Access> leaves) {
    var runs = new ArrayList<Run>();
    for (int axis = 0; axis < to; axis++) {
      int here = axis;
      Run last = runs.isEmpty() ? null : runs.getLast();
      if (last != null && leaves.stream().allMatch(a -> merges(a, last.from, here + 1))) {
        runs.set(runs.size() - 1, new Run(last.from, axis + 1, last.variable));
      } else {
        runs.add(new Run(axis, axis + 1, name + runs.size()));
      }
    }
    return runs;
  }
}
