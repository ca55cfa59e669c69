package dev.miser.passes.memory;

import dev.miser.ir.plan.Buffer;
import dev.miser.ir.plan.Buffers;
import dev.miser.ir.plan.Extent;
import dev.miser.ir.plan.Plan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How many bytes are alive at each time. */
final class LiveBytes {
  /**
   * What a buffer has in common with another: it begins {@code displacement} bytes behind it, and
   * where both have lines alive at one time these are the same lines.
   */
  record Share(Buffer heir, Buffer giver, long displacement) {}

  private LiveBytes() {}

  /** Returns the bytes alive at each time of a plan. */
  static long[] of(Plan plan, Buffers buffers) {
    Map<Buffer, Long> offsets = new HashMap<>();
    plan.allocations().forEach(a -> offsets.put(a.buffer(), a.offset()));
    var shares = new ArrayList<Share>();
    Set<Set<Buffer>> known = new HashSet<>();
    for (Plan.InPlace pair : plan.inPlace()) {
      Buffer heir = buffers.of(pair.output()).buffer();
      Buffer giver = buffers.of(pair.input()).buffer();
      if (known.add(Set.of(heir, giver))) {
        long displacement = offsets.getOrDefault(heir, 0L) - offsets.getOrDefault(giver, 0L);
        shares.add(new Share(heir, giver, displacement));
      }
    }
    return of(buffers, shares);
  }

  /** Returns the bytes alive at each time; what buffers have in common is counted once. */
  static long[] of(Buffers buffers, List<Share> shares) {
    long[] live = new long[buffers.end() + 2];
    for (Buffer buffer : buffers.all()) {
      for (Extent extent : buffers.extents(buffer)) {
        add(live, extent.start(), extent.end(), extent.bytes());
      }
    }
    for (Share share : shares) {
      for (Extent moved : buffers.extents(share.heir)) {
        Extent heir = moved.plus(share.displacement);
        for (Extent giver : buffers.extents(share.giver)) {
          long bytes = Math.min(heir.to(), giver.to()) - Math.max(heir.from(), giver.from());
          if (bytes > 0 && heir.meets(giver)) {
            add(
                live,
                Math.max(heir.start(), giver.start()),
                Math.min(heir.end(), giver.end()),
                -bytes);
          }
        }
      }
    }
    for (int time = 1; time < live.length; time++) {
      live[time] += live[time - 1];
    }
    return live;
  }

  private static void add(long[] change, int start, int end, long bytes) {
    change[start] += bytes;
    change[end] -= bytes;
  }
}
