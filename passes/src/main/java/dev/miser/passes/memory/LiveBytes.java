package dev.miser.passes.memory;

import dev.miser.ir.plan.Buffer;
import dev.miser.ir.plan.Buffers;
import dev.miser.ir.plan.Extent;
import dev.miser.ir.plan.Plan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** How many bytes are alive at each time. */
final class LiveBytes {
  /**
   * What a buffer has in common with another: it begins {@code displacement} bytes behind it, and
   * where both have lines alive at one time these are the same lines.
   */
  record Share(Buffer heir, Buffer giver, long displacement) {}

  private LiveBytes() {}

  /** Some lines of the arena, whose they are, and until when. */
  private record Taken(long to, Buffer owner, int end) {}

  /** Returns the bytes alive at each time of a plan. */
  static long[] of(Plan plan, Buffers buffers) {
    return of(buffers, shares(plan, buffers));
  }

  /**
   * Returns which buffers of a plan have lines in common at some time, declared in place or not: a
   * next state may lie on a state that nothing reads any more.
   */
  private static List<Share> shares(Plan plan, Buffers buffers) {
    Map<Buffer, Long> offsets = new LinkedHashMap<>();
    plan.allocations().forEach(a -> offsets.put(a.buffer(), a.offset()));
    record Begin(Buffer owner, Extent lines) {}
    var begins = new ArrayList<Begin>();
    offsets.forEach((buffer, offset) ->
        buffers.extents(buffer).forEach(e -> begins.add(new Begin(buffer, e.plus(offset)))));
    begins.sort(
        Comparator.comparingInt((Begin b) -> b.lines.start())
            .thenComparingLong(b -> b.lines.from())
            .thenComparingLong(b -> b.lines.to()));
    var shares = new LinkedHashSet<Share>();
    NavigableMap<Long, Taken> taken = new TreeMap<>();
    for (Begin begin : begins) {
      Extent lines = begin.lines;
      if (lines.bytes() == 0) {
        continue;
      }
      cut(taken, lines.from());
      cut(taken, lines.to());
      Map<Long, Taken> met = taken.subMap(lines.from(), lines.to());
      for (Taken other : met.values()) {
        if (other.end > lines.start() && !other.owner.equals(begin.owner)) {
          long displacement =
              offsets.getOrDefault(begin.owner, 0L) - offsets.getOrDefault(other.owner, 0L);
          shares.add(new Share(begin.owner, other.owner, displacement));
        }
      }
      met.clear();
      taken.put(lines.from(), new Taken(lines.to(), begin.owner, lines.end()));
    }
    return List.copyOf(shares);
  }

  /** Makes {@code at} a border between what is taken. */
  private static void cut(NavigableMap<Long, Taken> taken, long at) {
    Map.Entry<Long, Taken> below = taken.lowerEntry(at);
    if (below != null && below.getValue().to > at) {
      Taken whole = below.getValue();
      taken.put(below.getKey(), new Taken(at, whole.owner, whole.end));
      taken.put(at, whole);
    }
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
