package dev.miser.passes.memory;

import dev.miser.ir.plan.Buffer;
import dev.miser.ir.plan.Buffers;
import dev.miser.ir.plan.Plan;
import java.util.HashMap;
import java.util.Map;

/** How many bytes are alive at each time. */
final class LiveBytes {
  private LiveBytes() {}

  /** Returns the bytes alive at each time of a plan. */
  static long[] of(Plan plan, Buffers buffers) {
    Map<Buffer, Buffer> heirs = new HashMap<>();
    for (Plan.InPlace pair : plan.inPlace()) {
      heirs.put(buffers.of(pair.output()).buffer(), buffers.of(pair.input()).buffer());
    }
    return of(buffers, heirs);
  }

  /**
   * Returns the bytes alive at each time; what a buffer takes over is counted once.
   *
   * @param heirs from what takes over to what is taken over
   */
  static long[] of(Buffers buffers, Map<Buffer, Buffer> heirs) {
    long[] live = new long[buffers.end() + 2];
    for (Buffer buffer : buffers.all()) {
      if (buffer.start() < buffer.end()) {
        live[buffer.start()] += buffer.alignedBytes();
        live[buffer.end()] -= buffer.alignedBytes();
      }
    }
    heirs.forEach((heir, giver) -> {
      long shared = Math.min(heir.alignedBytes(), giver.alignedBytes());
      live[heir.start()] -= shared;
      live[heir.start() + 1] += shared;
    });
    for (int time = 1; time < live.length; time++) {
      live[time] += live[time - 1];
    }
    return live;
  }
}
