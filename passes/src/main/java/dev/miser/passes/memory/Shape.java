package dev.miser.passes.memory;

import dev.miser.ir.plan.Buffer;
import dev.miser.ir.plan.Extent;
import dev.miser.passes.memory.packing.Item;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What has to be placed in one piece: the lines from 0 to {@code bytes} are not all alive at all
 * times from {@code start} until before {@code end}.
 *
 * @param name what reports call it
 * @param extents which lines are alive when; they may overlap
 */
record Shape(String name, List<Extent> extents, long bytes, int start, int end) {
  Shape {
    extents = List.copyOf(extents);
  }

  /** Returns the shape of lines that are alive at these times. */
  static Shape of(String name, List<Extent> extents) {
    List<Extent> merged = merged(extents);
    long bytes = 0;
    int start = Integer.MAX_VALUE;
    int end = 0;
    for (Extent extent : merged) {
      bytes = Math.max(bytes, extent.to());
      start = Math.min(start, extent.start());
      end = Math.max(end, extent.end());
    }
    return new Shape(name, merged, bytes, Math.min(start, end), end);
  }

  /** Returns extents of the same lines as one where they follow each other in time. */
  private static List<Extent> merged(List<Extent> extents) {
    if (extents.size() <= 1) {
      return extents;
    }
    var sorted = new ArrayList<>(extents);
    sorted.sort(
        Comparator.comparingLong(Extent::from)
            .thenComparingLong(Extent::to)
            .thenComparingInt(Extent::start));
    var merged = new ArrayList<Extent>();
    for (Extent next : sorted) {
      Extent last = merged.isEmpty() ? null : merged.getLast();
      if (last != null
          && last.from() == next.from()
          && last.to() == next.to()
          && next.start() <= last.end()) {
        int end = Math.max(last.end(), next.end());
        merged.set(merged.size() - 1, new Extent(last.from(), last.to(), last.start(), end));
      } else {
        merged.add(next);
      }
    }
    return merged;
  }

  /** Returns what it needs if all its lines live as long as it. */
  Item item() {
    // What has no bytes has no extents either: any time will do.
    return Item.of(name, bytes, start, Math.max(end, start + 1)).alignedTo(Buffer.ALIGNMENT);
  }
}
