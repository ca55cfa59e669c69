package dev.miser.passes.memory;

import dev.miser.ir.plan.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/** The lines of one buffer, cut into stretches that the same nodes touch. */
final class ChunkLines {
  /** Stands for the end of the phase among the nodes that touch lines. */
  static final int END = Integer.MAX_VALUE;

  private record Touch(long from, long to, int node) {}

  /** Bytes {@code [from, to)}, multiples of the alignment, and their number as a chunk. */
  record Stretch(long from, long to, int chunk) {}

  /** Makes a chunk of a stretch. */
  interface Maker {
    /** Returns the number of a new chunk. */
    int chunk(long from, long to, Set<Integer> nodes, boolean kept);
  }

  private final long bytes;
  private final List<Touch> touches = new ArrayList<>();
  private final TreeMap<Long, Stretch> stretches = new TreeMap<>();

  ChunkLines(long bytes) {
    this.bytes = bytes;
  }

  /** Notes that a node reads or writes bytes; a line belongs to all that touch a byte of it. */
  void touch(long from, long to, int node) {
    if (from < to) {
      touches.add(new Touch(down(from), Math.min(down(to + Buffer.ALIGNMENT - 1), bytes), node));
    }
  }

  private static long down(long offset) {
    return offset / Buffer.ALIGNMENT * Buffer.ALIGNMENT;
  }

  /** Numbers the stretches, when all touches are known. */
  void number(Maker maker) {
    long[] cuts =
        touches.stream()
            .flatMapToLong(t -> LongStream.of(t.from, t.to))
            .sorted()
            .distinct()
            .toArray();
    List<Set<Integer>> nodes = new ArrayList<>();
    for (int i = 0; i + 1 < cuts.length; i++) {
      nodes.add(new TreeSet<>());
    }
    for (Touch touch : touches) {
      int end = Arrays.binarySearch(cuts, touch.to);
      for (int i = Arrays.binarySearch(cuts, touch.from); i < end; i++) {
        nodes.get(i).add(touch.node);
      }
    }
    for (int i = 0; i < nodes.size(); ) {
      int next = i + 1;
      while (next < nodes.size() && nodes.get(next).equals(nodes.get(i))) {
        next++;
      }
      Set<Integer> touching = new TreeSet<>(nodes.get(i));
      boolean kept = touching.remove(END);
      if (!touching.isEmpty()) {
        int chunk = maker.chunk(cuts[i], cuts[next], touching, kept);
        stretches.put(cuts[i], new Stretch(cuts[i], cuts[next], chunk));
      }
      i = next;
    }
  }

  /** Hands out the stretches that have a line in common with these bytes. */
  void each(long from, long to, Consumer<Stretch> consumer) {
    Long first = stretches.floorKey(from);
    for (Stretch stretch : stretches.tailMap(first == null ? from : first, true).values()) {
      if (stretch.from >= to) {
        break;
      }
      if (stretch.to > from) {
        consumer.accept(stretch);
      }
    }
  }
}
