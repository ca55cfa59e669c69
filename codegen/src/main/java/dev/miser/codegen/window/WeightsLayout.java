package dev.miser.codegen.window;

import dev.miser.codegen.matrix.Steps;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.PackPanels;
import dev.miser.ir.op.Reshape;
import dev.miser.ir.op.Transpose;
import dev.miser.ir.op.UnpackPanels;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Access;
import dev.miser.ir.plan.KernelCatalog.Packing;
import dev.miser.ir.plan.Target;
import dev.miser.ir.type.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * How weights lie: as panels that init made, [group, panel, k, row] with k over channel and window,
 * or as the program wrote them.
 *
 * @param access how they are read
 * @param row the step in elements from output to output
 * @param channel the step from input channel to input channel
 * @param group the step from group to group
 * @param tap the step from entry to entry of the window
 */
record WeightsLayout(Access access, long row, long channel, long group, long tap) {
  static WeightsLayout of(Geometry geometry, Access access) {
    int rank = access.shape().rank();
    long first = access.strides().get(0);
    long second = access.strides().get(1);
    long tap = Steps.step(access, 2, rank);
    return geometry.turned()
        ? new WeightsLayout(access, second, first, first * geometry.channels(), tap)
        : new WeightsLayout(access, first, second, first * geometry.outputs(), tap);
  }

  boolean isPacked() {
    return access.panels() != null;
  }

  /** Returns whether kernels can read weights that lie so. */
  static boolean fits(Geometry geometry, Access access, Target target) {
    if (!access.isMemory() || !Steps.merges(access, 2, access.shape().rank())) {
      return false;
    }
    UnpackPanels panels = access.panels();
    if (panels == null) {
      return true;
    }
    var layout = of(geometry, access);
    long inner = geometry.inner();
    Shape matrix = Shape.of(geometry.groups(), geometry.outputs(), inner);
    return access.base() == 0
        && panels.transpose()
        && panels.inferType().shape().equals(matrix)
        && panels.x().type().dim(3) == target.tileRows()
        && (geometry.outputs() == 1 || layout.row == inner)
        && (geometry.channels() == 1 || layout.channel == geometry.taps())
        && (geometry.taps() == 1 || layout.tap == 1);
  }

  /** Returns the packing of weights, or nothing where a view cannot tell groups apart. */
  static List<Packing> packings(Geometry geometry, Instruction anchor, Target target) {
    Value weights = geometry.weights();
    boolean turned = geometry.turned();
    if (turned && geometry.groups() > 1) {
      return List.of();
    }
    Shape matrix = Shape.of(geometry.groups(), geometry.outputs(), geometry.inner());
    var pack = new ArrayList<Instruction>();
    Value rows = weights;
    if (turned) {
      rows = add(pack, anchor, ".turned", new Transpose(weights, swapped(weights)));
    }
    rows = add(pack, anchor, ".matrix", new Reshape(rows, matrix));
    Value packed = add(pack, anchor, ".packed", new PackPanels(rows, target.tileRows(), true));
    var unpack = new ArrayList<Instruction>();
    Value unpacked =
        add(unpack, anchor, ".rows", new UnpackPanels(packed, geometry.outputs(), true));
    if (turned) {
      Shape shape = new Transpose(weights, swapped(weights)).inferType().shape();
      Value again = add(unpack, anchor, ".apart", new Reshape(unpacked, shape));
      unpacked = add(unpack, anchor, ".unpacked", new Transpose(again, swapped(weights)));
    } else {
      unpacked = add(unpack, anchor, ".unpacked", new Reshape(unpacked, weights.type().shape()));
    }
    return List.of(new Packing(weights, pack, packed, unpack, unpacked));
  }

  private static List<Integer> swapped(Value weights) {
    var axes = new ArrayList<Integer>();
    for (int axis = 0; axis < weights.type().rank(); axis++) {
      axes.add(axis < 2 ? 1 - axis : axis);
    }
    return axes;
  }

  private static Value add(
      List<Instruction> to, Instruction anchor, String suffix, dev.miser.ir.op.Op op) {
    String name = weightsName(anchor) + suffix;
    var value = new Value(name, op.inferType());
    to.add(new Instruction(value, op, anchor.place()));
    return value;
  }

  private static String weightsName(Instruction anchor) {
    return anchor.operands().get(1).name();
  }
}
