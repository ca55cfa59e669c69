package dev.miser.passes.memory;

import dev.miser.ir.plan.Buffers;
import dev.miser.ir.plan.KernelCatalog;
import dev.miser.ir.plan.Schedule;
import java.util.Arrays;

/** How many bytes a schedule needs at each time, with everything taken over that may be. */
public final class StepBytes {
  private StepBytes() {}

  /** Returns the bytes alive at each time of the timeline. */
  public static long[] of(Schedule schedule, KernelCatalog catalog) {
    Buffers buffers = Buffers.of(schedule);
    var takeovers = new Takeovers(schedule, buffers, catalog);
    Units units = Joints.units(takeovers, buffers, takeovers.all());
    return Arrays.copyOf(LiveBytes.of(buffers, units.shares()), buffers.end());
  }

  /** Returns the most bytes alive at one time: no arena for this order can be smaller. */
  public static long loadBound(Schedule schedule, KernelCatalog catalog) {
    return Arrays.stream(of(schedule, catalog)).max().orElse(0);
  }
}
