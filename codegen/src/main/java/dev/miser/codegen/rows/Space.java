package dev.miser.codegen.rows;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What a kernel walks: kept axes, each coordinate of which has a result of its own, and reduced
 * axes, along which it accumulates.
 *
 * @param axes outermost first; at least one
 */
record Space(List<Axis> axes) {
  /**
   * One axis.
   *
   * @param alone whether it is neither dropped nor merged with neighbours
   */
  record Axis(long size, Role role, boolean alone) {
    static Axis of(long size, Role role) {
      return new Axis(size, role, false);
    }
  }

  /** What becomes of the coordinates of an axis. */
  enum Role {
    KEPT,
    REDUCED
  }

  /** A space and what steps through it, with as few axes as possible. */
  record Merged(Space space, UnaryOperator<Stream> streams) {}

  Space {
    axes = List.copyOf(axes);
  }

  Axis inner() {
    return axes.getLast();
  }

  /** Returns whether elements along the innermost axis accumulate into one. */
  boolean reducesRows() {
    return inner().role() == Role.REDUCED;
  }

  /** Returns the product of the sizes of all axes of a role, without the innermost axis. */
  long outer(Role role) {
    long product = 1;
    for (Axis axis : axes.subList(0, axes.size() - 1)) {
      product *= axis.role() == role ? axis.size() : 1;
    }
    return product;
  }

  /** Returns the number of elements that accumulate into one. */
  long reducedCount() {
    return outer(Role.REDUCED) * (reducesRows() ? inner().size() : 1);
  }

  /** Merges neighbours of one role through which every stream steps as through one axis. */
  Merged merged(List<Stream> streams) {
    var groups = new ArrayList<List<Integer>>();
    for (int axis = 0; axis < axes.size(); axis++) {
      if (axes.get(axis).size() == 1 && !axes.get(axis).alone()) {
        continue;
      }
      if (!groups.isEmpty() && merges(groups.getLast().getLast(), axis, streams)) {
        groups.getLast().add(axis);
      } else {
        groups.add(new ArrayList<>(List.of(axis)));
      }
    }
    if (groups.isEmpty()) {
      groups.add(List.of(axes.size() - 1));
    }
    var merged = new ArrayList<Axis>();
    for (List<Integer> group : groups) {
      Axis last = axes.get(group.getLast());
      long size = 1;
      for (int axis : group) {
        size *= axes.get(axis).size();
      }
      merged.add(new Axis(size, last.role(), last.alone()));
    }
    return new Merged(
        new Space(merged),
        s -> s.withStrides(groups.stream().map(g -> s.strides().get(g.getLast())).toList()));
  }

  private boolean merges(int outer, int inner, List<Stream> streams) {
    Axis a = axes.get(outer);
    Axis b = axes.get(inner);
    return a.role() == b.role()
        && !a.alone()
        && !b.alone()
        && streams.stream()
            .allMatch(s -> s.strides().get(outer) == s.strides().get(inner) * b.size());
  }
}
