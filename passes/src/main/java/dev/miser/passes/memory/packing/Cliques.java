package dev.miser.passes.memory.packing;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The part of a problem that a search has to place, laid out for speed: the buffers that have bytes
 * and are not pinned, in order of birth, known by their place in it. Time is replaced by the
 * largest sets of buffers alive at once, in order; the stretches of time between say nothing new.
 */
final class Cliques {
  final int count;
  final int cliques;
  final int[] items;
  final long[] size;
  final long[] alignment;

  /** For each buffer, the cliques it is in: from, to, from, to, ... */
  final int[][] ranges;

  /** For each buffer, those that it meets, in order. */
  final int[][] neighbours;

  /** For each buffer, the pinned ones that it meets, by offset. */
  final int[][] pins;

  /** For each clique, its bytes. */
  final long[] load;

  Cliques(Problem problem) {
    items = select(problem, false, Comparator.comparingLong(problem::start));
    int[] pinned =
        select(problem, true, Comparator.comparingLong(i -> problem.items().get(i).pinned()));
    count = items.length;
    int[] before = cliquesBefore(problem);
    cliques = before[before.length - 1];
    size = new long[count];
    alignment = new long[count];
    ranges = new int[count][];
    pins = new int[count][];
    load = new long[cliques];
    for (int i = 0; i < count; i++) {
      int item = items[i];
      size[i] = problem.size(item);
      alignment[i] = problem.items().get(item).alignment();
      ranges[i] = new int[2 * problem.spans(item)];
      for (int k = 0; k < ranges[i].length; k += 2) {
        ranges[i][k] = before[problem.spanStart(item, k / 2)];
        ranges[i][k + 1] = before[problem.spanEnd(item, k / 2)];
        for (int clique = ranges[i][k]; clique < ranges[i][k + 1]; clique++) {
          load[clique] += size[i];
        }
      }
      pins[i] = Arrays.stream(pinned).filter(pin -> problem.meet(pin, item)).toArray();
    }
    neighbours = neighbours(problem);
  }

  private static int[] select(Problem problem, boolean pinned, Comparator<Integer> order) {
    return IntStream.range(0, problem.count())
        .filter(i -> problem.size(i) > 0 && problem.items().get(i).isPinned() == pinned)
        .boxed()
        .sorted(order.thenComparingInt(problem::end))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** Returns, for each time, how many cliques are complete before it. */
  private static int[] cliquesBefore(Problem problem) {
    boolean[] begins = new boolean[problem.times() + 1];
    boolean[] ends = new boolean[problem.times() + 1];
    for (int i = 0; i < problem.count(); i++) {
      for (int span = 0; span < problem.spans(i); span++) {
        begins[problem.spanStart(i, span)] = true;
        ends[problem.spanEnd(i, span)] = true;
      }
    }
    // A set is largest if something ends after it, and nothing has ended since something began.
    int[] before = new int[begins.length];
    boolean grown = false;
    for (int t = 0; t < before.length; t++) {
      before[t] = t == 0 ? 0 : before[t - 1];
      if (ends[t] && grown) {
        before[t]++;
        grown = false;
      }
      grown |= begins[t];
    }
    return before;
  }

  private int[][] neighbours(Problem problem) {
    int[][] lists = new int[count][4];
    int[] lengths = new int[count];
    for (int i = 0; i < count; i++) {
      int end = problem.end(items[i]);
      for (int j = i + 1; j < count && problem.start(items[j]) < end; j++) {
        if (problem.meet(items[i], items[j])) {
          append(lists, lengths, i, j);
          append(lists, lengths, j, i);
        }
      }
    }
    for (int i = 0; i < count; i++) {
      lists[i] = Arrays.copyOf(lists[i], lengths[i]);
    }
    return lists;
  }

  private static void append(int[][] lists, int[] lengths, int to, int value) {
    if (lengths[to] == lists[to].length) {
      lists[to] = Arrays.copyOf(lists[to], 2 * lengths[to]);
    }
    lists[to][lengths[to]++] = value;
  }
}
