package dev.miser.codegen.pool;

import dev.miser.codegen.matrix.Epilogue;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Access;
import dev.miser.ir.plan.Group;
import dev.miser.ir.plan.Overlap;
import dev.miser.ir.plan.Target;

/** What kernels that slide windows over planes may overwrite. */
public final class Planes {
  private Planes() {}

  /**
   * Returns how an output may lie over an input. Windows overlap: of the image, what one tile
   * writes another may have yet to read. But one worker takes plane after plane, in ascending
   * order, so what it writes may reach up to the plane that it reads. What elementwise code after
   * the windows reads is read by the tile that writes the same element.
   *
   * @param image what the windows slide over
   */
  public static Overlap overlap(
      Group group, Access image, Value output, Value input, Target target) {
    if (!image.source().equals(input)) {
      return Epilogue.mayOverwrite(group, output, input) ? Overlap.SAME_PLACE : Overlap.NONE;
    }
    long readers =
        group.leaves().values().stream().filter(leaf -> leaf.source().equals(input)).count();
    if (target.workers() > 1 || readers > 1 || !image.isWhole()) {
      return Overlap.NONE;
    }
    long planes = group.shape().elementCount(0, 2);
    long inputs = image.shape().elementCount(0, 2);
    if (planes == 0 || inputs == 0) {
      return Overlap.NONE;
    }
    long outputBytes = output.type().byteCount() / planes;
    long inputBytes = input.type().byteCount() / inputs;
    long perInput = planes / inputs;
    long most = Long.MAX_VALUE;
    for (long plane = 0; plane < planes; plane++) {
      most = Math.min(most, plane / perInput * inputBytes - (plane + 1) * outputBytes);
    }
    return new Overlap.UpTo(most);
  }
}
