package dev.miser.passes.memory.packing;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Some buffers of a problem made ready for search: numbered from 0, bytes in units of their
 * greatest common divisor, time cut into sections. A section is a set of buffers alive at once that
 * lies in no other such set. Pinned buffers are no buffers here but bytes that are taken.
 *
 * <p>All offsets are multiples of the {@code grain}, the common divisor of the alignments. So sizes
 * are rounded up to it: what is left of the last grain is lost to all that lies above. {@code
 * spare} is what was added; only what lies at the very top gives it back.
 */
final class SearchSpace {
  final int count;
  final int sections;

  /** Bytes of a unit. */
  final long unit;

  /** For each buffer, which of the problem it is. */
  final int[] item;

  final long[] size;
  final long[] spare;

  /** For each buffer, of what its offset must be a multiple; 1 if it is by itself. */
  final long[] alignment;

  /** For each buffer, the sections in which it is alive, in order. */
  final int[][] sectionsOf;

  /** For each section, the buffers alive in it. */
  final int[][] members;

  /** For each buffer, those that it meets. */
  final int[][] meets;

  /** For each buffer, what pinned buffers take from it, by offset: begin, end, begin, end ... */
  final long[][] takenFrom;

  /** For each section, whole grains that pinned buffers take in it: begin, size, begin, size ... */
  final long[][] takenIn;

  /** Whether a buffer always fits where the one below it ends. */
  final boolean isPlain;

  private SearchSpace(Problem problem, int[] item, int[] pinned) {
    this.item = item;
    count = item.length;
    size = new long[count];
    spare = new long[count];
    alignment = new long[count];
    long divisor = 0;
    long aligned = 0;
    for (int b : item) {
      divisor = divisor(divisor, problem.size(b));
      aligned = divisor(aligned, problem.items().get(b).alignment());
    }
    for (int b : pinned) {
      divisor = divisor(divisor(divisor, problem.size(b)), problem.items().get(b).pinned());
    }
    boolean free = true;
    for (int b : item) {
      free &= divisor % problem.items().get(b).alignment() == 0;
    }
    unit = Math.max(1, free ? divisor : divisor(divisor, aligned));
    long grain = free ? 1 : aligned / unit;
    boolean plain = pinned.length == 0;
    for (int b = 0; b < count; b++) {
      long exact = problem.size(item[b]) / unit;
      size[b] = Math.ceilDiv(exact, grain) * grain;
      spare[b] = size[b] - exact;
      long multiple = free ? 1 : problem.items().get(item[b]).alignment() / unit;
      alignment[b] = pinned.length == 0 && grain % multiple == 0 ? 1 : multiple;
      plain &= alignment[b] == 1;
    }
    isPlain = plain;
    int[] moments = sectionMoments(problem, item);
    sections = moments.length;
    sectionsOf = new int[count][];
    for (int b = 0; b < count; b++) {
      sectionsOf[b] = sectionsOf(problem, item[b], moments);
    }
    members = transposed(sectionsOf, sections);
    meets = meets();
    takenFrom = new long[count][];
    for (int b = 0; b < count; b++) {
      int self = item[b];
      takenFrom[b] =
          Arrays.stream(pinned)
              .filter(p -> problem.meet(p, self))
              .boxed()
              .sorted(Comparator.comparingLong(p -> pin(problem, p)))
              .flatMapToLong(p -> Arrays.stream(new long[] {pin(problem, p), end(problem, p)}))
              .toArray();
    }
    takenIn = new long[sections][];
    for (int s = 0; s < sections; s++) {
      int moment = moments[s];
      takenIn[s] =
          Arrays.stream(pinned)
              .filter(p -> isAlive(problem, p, moment))
              .boxed()
              .sorted(Comparator.comparingLong(p -> pin(problem, p)))
              .flatMapToLong(p -> {
                long from = Math.ceilDiv(pin(problem, p), grain) * grain;
                long to = end(problem, p) / grain * grain;
                return Arrays.stream(from < to ? new long[] {from, to - from} : new long[0]);
              })
              .toArray();
    }
  }

  /** Returns the space of these buffers of a problem; none is pinned or has no bytes. */
  static SearchSpace of(Problem problem, int[] items) {
    int[] pinned =
        IntStream.range(0, problem.count())
            .filter(b -> problem.items().get(b).isPinned() && problem.size(b) > 0)
            .filter(p -> Arrays.stream(items).anyMatch(b -> problem.meet(p, b)))
            .toArray();
    return new SearchSpace(problem, items, pinned);
  }

  /** Returns the lowest offset from this one on at which a buffer is aligned and meets no pin. */
  long fit(int buffer, long offset) {
    long multiple = alignment[buffer];
    long[] taken = takenFrom[buffer];
    long exact = size[buffer] - spare[buffer];
    long low = multiple == 1 ? offset : Math.ceilDiv(offset, multiple) * multiple;
    for (int i = 0; i < taken.length; i += 2) {
      if (taken[i] < low + exact && low < taken[i + 1]) {
        low = Math.ceilDiv(taken[i + 1], multiple) * multiple;
      }
    }
    return low;
  }

  /** Returns the units of all buffers of a section. */
  long load(int section) {
    long sum = 0;
    for (int buffer : members[section]) {
      sum += size[buffer];
    }
    return sum;
  }

  private long pin(Problem problem, int pinned) {
    return problem.items().get(pinned).pinned() / unit;
  }

  private long end(Problem problem, int pinned) {
    return (problem.items().get(pinned).pinned() + problem.size(pinned)) / unit;
  }

  private static long divisor(long a, long b) {
    return b == 0 ? a : divisor(b, a % b);
  }

  private static boolean isAlive(Problem problem, int item, int moment) {
    for (int span = 0; span < problem.spans(item); span++) {
      if (problem.spanStart(item, span) <= moment && moment < problem.spanEnd(item, span)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns the stretches of time at whose end some buffer dies, if one was born since the last of
   * them: what is alive in any other is alive in one of these too.
   */
  private static int[] sectionMoments(Problem problem, int[] items) {
    boolean[] births = new boolean[problem.times() + 1];
    boolean[] deaths = new boolean[problem.times() + 1];
    for (int item : items) {
      for (int span = 0; span < problem.spans(item); span++) {
        births[problem.spanStart(item, span)] = true;
        deaths[problem.spanEnd(item, span)] = true;
      }
    }
    int[] moments = new int[problem.times()];
    int found = 0;
    boolean born = false;
    for (int t = 0; t < problem.times(); t++) {
      born |= births[t];
      if (born && deaths[t + 1]) {
        moments[found++] = t;
        born = false;
      }
    }
    return Arrays.copyOf(moments, found);
  }

  private static int[] sectionsOf(Problem problem, int item, int[] moments) {
    int[] result = new int[moments.length];
    int found = 0;
    for (int span = 0; span < problem.spans(item); span++) {
      int s = Arrays.binarySearch(moments, problem.spanStart(item, span));
      for (s = s < 0 ? -s - 1 : s;
          s < moments.length && moments[s] < problem.spanEnd(item, span);
          s++) {
        result[found++] = s;
      }
    }
    return Arrays.copyOf(result, found);
  }

  /** Returns, for each number below a bound, which lists it is in. */
  private static int[][] transposed(int[][] lists, int bound) {
    int[] found = new int[bound];
    for (int[] list : lists) {
      for (int entry : list) {
        found[entry]++;
      }
    }
    int[][] result = new int[bound][];
    for (int i = 0; i < bound; i++) {
      result[i] = new int[found[i]];
    }
    Arrays.fill(found, 0);
    for (int i = 0; i < lists.length; i++) {
      for (int entry : lists[i]) {
        result[entry][found[entry]++] = i;
      }
    }
    return result;
  }

  private int[][] meets() {
    int[][] result = new int[count][];
    int[] others = new int[count];
    int[] seen = new int[count];
    Arrays.fill(seen, -1);
    for (int b = 0; b < count; b++) {
      int found = 0;
      seen[b] = b;
      for (int s : sectionsOf[b]) {
        for (int other : members[s]) {
          if (seen[other] != b) {
            seen[other] = b;
            others[found++] = other;
          }
        }
      }
      result[b] = Arrays.copyOf(others, found);
    }
    return result;
  }
}
