package dev.miser.codegen.loop;

import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Access;
import dev.miser.ir.type.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An iteration space with as few axes as its leaves allow: axes of size 1 are dropped, and
 * neighbours merged where every leaf steps through them as through one.
 *
 * @param dims sizes, outermost first; at least one
 * @param strides for each leaf the step in elements along each axis
 */
public record Collapsed(List<Long> dims, Map<Value, List<Long>> strides) {
  public Collapsed {
    dims = List.copyOf(dims);
  }

  /** Returns the collapsed space of {@code shape}, whose leaves are these. */
  public static Collapsed of(Shape shape, Map<Value, Access> leaves) {
    var dims = new ArrayList<Long>();
    var innermost = new ArrayList<Integer>(); // of the axes that each collapsed one is made of
    for (int axis = 0; axis < shape.rank(); axis++) {
      long size = shape.dim(axis);
      if (size == 1) {
        continue;
      }
      if (!dims.isEmpty() && merges(leaves.values(), innermost.getLast(), axis, size)) {
        dims.set(dims.size() - 1, dims.getLast() * size);
        innermost.set(dims.size() - 1, axis);
      } else {
        dims.add(size);
        innermost.add(axis);
      }
    }
    var strides = new LinkedHashMap<Value, List<Long>>();
    leaves.forEach((leaf, access) ->
        strides.put(
            leaf,
            dims.isEmpty()
                ? List.of(0L)
                : innermost.stream().map(axis -> access.strides().get(axis)).toList()));
    if (dims.isEmpty()) {
      dims.add(1L);
    }
    return new Collapsed(dims, strides);
  }

  private static boolean merges(Iterable<Access> leaves, int outer, int inner, long size) {
    for (Access leaf : leaves) {
      if (leaf.strides().get(outer) != leaf.strides().get(inner) * size) {
        return false;
      }
    }
    return true;
  }

  public int rank() {
    return dims.size();
  }

  /** Returns the size of the innermost axis. */
  public long inner() {
    return dims.getLast();
  }

  /** Returns the number of rows: the product of all other axes. */
  public long rows() {
    long rows = 1;
    for (int axis = 0; axis < rank() - 1; axis++) {
      rows *= dims.get(axis);
    }
    return rows;
  }

  /** Returns a leaf's step along the innermost axis. */
  public long innerStride(Value leaf) {
    return strides.getOrDefault(leaf, List.of()).getLast();
  }
}
