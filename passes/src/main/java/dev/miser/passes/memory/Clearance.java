package dev.miser.passes.memory;

import dev.miser.ir.plan.Extent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a shape may lie beside others: finds the lines of others that are alive while it is, and a
 * gap between them. All shapes are known beforehand, so that a look at time costs no more than what
 * it finds.
 */
final class Clearance {
  /** With more pieces than this, what lives long is looked up by slices of time. */
  private static final int MANY = 4_000;

  private record Piece(int shape, Extent extent) {}

  private final List<Shape> shapes;
  // The pieces of the shapes that the strata do not tell of, by the time at which they begin.
  private final int[] shape;
  private final int[] start;
  private final int[] end;
  private final long[] from;
  private final long[] to;
  // Above the leaves, which are the pieces: the latest end below a node.
  private final int leaves;
  private final int[] latest;
  private final @Nullable Strata strata;
  // Offsets at which the shape in question would overlap something: open intervals.
  private long[] low = new long[256];
  private long[] high = new long[256];
  private int count;

  /**
   * Creates it for these shapes of a list.
   *
   * @param shapes all shapes
   * @param members which of them are looked at; what others need has to be told
   */
  Clearance(List<Shape> shapes, int[] members) {
    this.shapes = shapes;
    var pieces = new ArrayList<Piece>();
    for (int member : members) {
      shapes.get(member).extents().forEach(extent -> pieces.add(new Piece(member, extent)));
    }
    strata = pieces.size() > MANY ? new Strata(shapes) : null;
    if (strata != null) {
      List<Piece> whole = List.copyOf(pieces);
      pieces.clear();
      for (Piece piece : whole) {
        strata.rest(piece.extent).forEach(end -> pieces.add(new Piece(piece.shape, end)));
      }
    }
    pieces.sort(Comparator.comparingInt(piece -> piece.extent.start()));
    int n = pieces.size();
    shape = pieces.stream().mapToInt(Piece::shape).toArray();
    start = pieces.stream().mapToInt(p -> p.extent.start()).toArray();
    end = pieces.stream().mapToInt(p -> p.extent.end()).toArray();
    from = pieces.stream().mapToLong(p -> p.extent.from()).toArray();
    to = pieces.stream().mapToLong(p -> p.extent.to()).toArray();
    leaves = Math.max(1, Integer.highestOneBit(Math.max(1, 2 * n - 1)));
    latest = new int[2 * leaves];
    Arrays.fill(latest, Integer.MIN_VALUE);
    System.arraycopy(end, 0, latest, leaves, n);
    for (int node = leaves - 1; node > 0; node--) {
      latest[node] = Math.max(latest[2 * node], latest[2 * node + 1]);
    }
  }

  /** Forgets what was said to lie where. */
  void clear() {
    if (strata != null) {
      strata.clear();
    }
  }

  /** Says that a member lies at its offset now. */
  void placed(int member, long[] offsets) {
    if (strata != null) {
      for (Extent extent : shapes.get(member).extents()) {
        strata.take(extent.plus(offsets[member]));
      }
    }
  }

  /** Begins to ask where a shape may lie: anywhere. */
  void begin() {
    count = 0;
  }

  /** Forbids the offsets between two, both apart. */
  void forbid(long above, long below) {
    if (below > 0) {
      if (count == low.length) {
        low = Arrays.copyOf(low, 2 * count);
        high = Arrays.copyOf(high, 2 * count);
      }
      low[count] = above;
      high[count++] = below;
    }
  }

  /** Forbids what would overlap a member; one with a negative offset lies nowhere. */
  void forbidMembers(int asked, long[] offsets) {
    for (Extent extent : shapes.get(asked).extents()) {
      forbid(1, 0, leaves, asked, extent, offsets);
      if (strata != null) {
        strata.forbid(extent, this);
      }
    }
  }

  private void forbid(int node, int first, int width, int asked, Extent extent, long[] offsets) {
    if (latest[node] <= extent.start() || first >= start.length || start[first] >= extent.end()) {
      return;
    }
    if (width == 1) {
      if (offsets[shape[first]] >= 0 && shape[first] != asked) {
        long other = offsets[shape[first]];
        forbid(other + from[first] - extent.to(), other + to[first] - extent.from());
      }
      return;
    }
    int half = width / 2;
    forbid(2 * node, first, half, asked, extent, offsets);
    forbid(2 * node + 1, first + half, half, asked, extent, offsets);
  }

  /** Returns the lowest offset of a gap: of the lowest gap, or of the narrowest one. */
  long gap(boolean narrowest) {
    sort();
    long free = 0;
    long best = -1;
    long bestWidth = Long.MAX_VALUE;
    for (int i = 0; i < count; i++) {
      long width = low[i] - free;
      if (width >= 0 && width < bestWidth) {
        best = free;
        bestWidth = width;
        if (!narrowest || width == 0) {
          return best;
        }
      }
      free = Math.max(free, high[i]);
    }
    return best >= 0 ? best : free;
  }

  /** Returns what is forbidden so far as intervals apart from each other, in order. */
  long[] forbidden() {
    sort();
    long[] merged = new long[2 * count];
    int ends = 0;
    for (int i = 0; i < count; i++) {
      // At the end of an open interval another one leaves a single offset free.
      if (ends > 0 && low[i] < merged[ends - 1]) {
        merged[ends - 1] = Math.max(merged[ends - 1], high[i]);
      } else {
        merged[ends++] = low[i];
        merged[ends++] = high[i];
      }
    }
    return Arrays.copyOf(merged, ends);
  }

  /** Sorts the intervals by where they begin; both arrays at once, in place (Shell 1959). */
  private void sort() {
    for (int gap = count / 2; gap > 0; gap = gap == 2 ? 1 : gap * 5 / 11) {
      for (int i = gap; i < count; i++) {
        long l = low[i];
        long h = high[i];
        int at = i;
        while (at >= gap && low[at - gap] > l) {
          low[at] = low[at - gap];
          high[at] = high[at - gap];
          at -= gap;
        }
        low[at] = l;
        high[at] = h;
      }
    }
  }
}
