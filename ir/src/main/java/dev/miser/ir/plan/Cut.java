package dev.miser.ir.plan;

import dev.miser.ir.type.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * A way to cut a kernel into strips, each a kernel that computes a part of the outputs.
 *
 * @param axis the axis of the outputs that is cut
 * @param multiple where strips should begin: at multiples of this they run as the whole does, and
 *     packed operands can be cut along
 */
public record Cut(int axis, long multiple) {
  /** Returns the cuts along every axis, at any place. */
  public static List<Cut> anywhere(Shape outputs) {
    var cuts = new ArrayList<Cut>();
    for (int axis = 0; axis < outputs.rank(); axis++) {
      cuts.add(new Cut(axis, 1));
    }
    return cuts;
  }

  /** Returns the cuts along every axis, at any place save along one. */
  public static List<Cut> anywhereBut(Shape outputs, Cut other) {
    return anywhere(outputs).stream().map(c -> c.axis == other.axis ? other : c).toList();
  }
}
