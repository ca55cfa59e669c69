package dev.miser.ir.plan;

import dev.miser.ir.op.Value;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What each byte of an arena holds, symbolically: which byte of which value, written when. */
final class Contents {
  /**
   * A stretch of equal origin.
   *
   * @param root the value, or null for scratch
   * @param from the byte of {@code root} that the first byte holds
   * @param epoch how often the value had been made before
   */
  private record Stretch(long end, @Nullable Value root, long from, int epoch) {
    boolean isContinuedBy(long start, long at, @Nullable Value next, long nextFrom, int nextEpoch) {
      return end == at
          && root != null
          && root.equals(next)
          && epoch == nextEpoch
          && from + at - start == nextFrom;
    }
  }

  private final TreeMap<Long, Stretch> stretches = new TreeMap<>();

  /** Notes that bytes {@code [at, at + length)} now hold these bytes of a value. */
  void write(long at, long length, @Nullable Value root, long from, int epoch) {
    if (length == 0) {
      return;
    }
    cut(at);
    cut(at + length);
    stretches.subMap(at, at + length).clear();
    // What continues the stretch below becomes part of it, so that reads find few.
    Map.Entry<Long, Stretch> below = stretches.lowerEntry(at);
    if (below != null && below.getValue().isContinuedBy(below.getKey(), at, root, from, epoch)) {
      stretches.put(below.getKey(), new Stretch(at + length, root, below.getValue().from(), epoch));
    } else {
      stretches.put(at, new Stretch(at + length, root, from, epoch));
    }
  }

  /** Makes {@code at} a border between stretches. */
  private void cut(long at) {
    Map.Entry<Long, Stretch> entry = stretches.lowerEntry(at);
    if (entry != null && entry.getValue().end() > at) {
      Stretch whole = entry.getValue();
      stretches.put(entry.getKey(), new Stretch(at, whole.root(), whole.from(), whole.epoch()));
      stretches.put(
          at,
          new Stretch(
              whole.end(), whole.root(), whole.from() + at - entry.getKey(), whole.epoch()));
    }
  }

  /**
   * Returns null if bytes {@code [at, at + length)} hold these bytes of the value, else what the
   * first wrong byte holds.
   */
  @Nullable String mismatch(long at, long length, Value root, long from, int epoch) {
    long position = at;
    while (position < at + length) {
      Map.Entry<Long, Stretch> entry = stretches.floorEntry(position);
      if (entry == null || entry.getValue().end() <= position) {
        return "nothing";
      }
      Stretch stretch = entry.getValue();
      if (stretch.root() == null) {
        return "scratch";
      }
      if (!root.equals(stretch.root())) {
        return stretch.root().toString();
      }
      if (stretch.epoch() != epoch) {
        return stretch.root() + " of another step";
      }
      if (stretch.from() + position - entry.getKey() != from + position - at) {
        return "another part of " + stretch.root();
      }
      position = stretch.end();
    }
    return null;
  }
}
