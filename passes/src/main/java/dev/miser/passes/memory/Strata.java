package dev.miser.passes.memory;

import dev.miser.ir.plan.Extent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What is taken throughout whole slices of time: time is cut into equal slices, and what lives
 * through all of one is merged there into a few intervals of addresses, however much it is.
 */
final class Strata {
  private static final int MOST = 512;

  // A slice is as many times long as two to this power.
  private final int power;
  private final long[][] bounds;
  private final int[] counts;

  Strata(List<Shape> shapes) {
    int times = shapes.stream().mapToInt(Shape::end).max().orElse(0);
    int longest = Math.ceilDiv(Math.max(1, times), MOST);
    power = 32 - Integer.numberOfLeadingZeros(longest - 1);
    int slices = (times >> power) + 1;
    bounds = new long[slices][8];
    counts = new int[slices];
  }

  void clear() {
    Arrays.fill(counts, 0);
  }

  /** Returns the first slice that begins at this time or later. */
  private int after(int time) {
    return (time + (1 << power) - 1) >> power;
  }

  /** Returns the parts of an extent's life that slices do not tell of: its ends, or all of it. */
  List<Extent> rest(Extent extent) {
    int begin = after(extent.start()) << power;
    int stop = extent.end() >> power << power;
    if (begin >= stop) {
      return List.of(extent);
    }
    var ends = new ArrayList<Extent>(2);
    if (extent.start() < begin) {
      ends.add(new Extent(extent.from(), extent.to(), extent.start(), begin));
    }
    if (stop < extent.end()) {
      ends.add(new Extent(extent.from(), extent.to(), stop, extent.end()));
    }
    return ends;
  }

  /** Takes the lines of an extent that lies at its place in the arena. */
  void take(Extent placed) {
    for (int slice = after(placed.start()); slice < placed.end() >> power; slice++) {
      take(slice, placed.from(), placed.to());
    }
  }

  private void take(int slice, long from, long to) {
    long[] own = bounds[slice];
    int count = counts[slice];
    int first = 0;
    while (first < count && own[2 * first + 1] < from) {
      first++;
    }
    int next = first;
    long low = from;
    long high = to;
    while (next < count && own[2 * next] <= to) {
      low = Math.min(low, own[2 * next]);
      high = Math.max(high, own[2 * next + 1]);
      next++;
    }
    int grown = count - (next - first) + 1;
    if (2 * grown > own.length) {
      own = Arrays.copyOf(own, 2 * own.length);
      bounds[slice] = own;
    }
    System.arraycopy(own, 2 * next, own, 2 * first + 2, 2 * (count - next));
    own[2 * first] = low;
    own[2 * first + 1] = high;
    counts[slice] = grown;
  }

  /** Forbids what overlaps lines that are taken throughout a slice that the extent reaches into. */
  void forbid(Extent asked, Clearance clearance) {
    for (int slice = asked.start() >> power; slice <= (asked.end() - 1) >> power; slice++) {
      long[] own = bounds[slice];
      for (int i = 0; i < 2 * counts[slice]; i += 2) {
        clearance.forbid(own[i] - asked.to(), own[i + 1] - asked.from());
      }
    }
  }
}
