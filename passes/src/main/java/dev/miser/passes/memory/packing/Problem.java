package dev.miser.passes.memory.packing;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Buffers to be placed, with times replaced by their ranks: the times at which some buffer begins
 * or ends to live are 0, 1, 2, ... An item is known by its index. Immutable.
 */
public final class Problem {
  private final List<Item> items;
  private final long[] size;
  private final int[] start;
  private final int[] end;
  private final int[][] spans;
  private final int times;

  private Problem(List<Item> items) {
    this.items = List.copyOf(items);
    int n = items.size();
    long[] moments =
        items.stream()
            .flatMapToLong(
                i -> i.lives().stream().flatMapToLong(l -> LongStream.of(l.lower(), l.upper())))
            .sorted()
            .distinct()
            .toArray();
    times = Math.max(0, moments.length - 1);
    size = new long[n];
    start = new int[n];
    end = new int[n];
    spans = new int[n][];
    for (int i = 0; i < n; i++) {
      Item item = items.get(i);
      size[i] = item.size();
      spans[i] =
          item.lives().stream()
              .flatMapToLong(l -> LongStream.of(l.lower(), l.upper()))
              .mapToInt(moment -> Arrays.binarySearch(moments, moment))
              .toArray();
      start[i] = spans[i][0];
      end[i] = spans[i][spans[i].length - 1];
    }
  }

  /** Returns the problem of placing these buffers. */
  public static Problem of(List<Item> items) {
    return new Problem(items);
  }

  public List<Item> items() {
    return items;
  }

  /** Returns how many buffers there are. */
  public int count() {
    return items.size();
  }

  /** Returns how many stretches of time there are in which nothing begins or ends. */
  public int times() {
    return times;
  }

  /** Returns the bytes of a buffer. */
  public long size(int item) {
    return size[item];
  }

  /** Returns the rank of the time at which a buffer is first alive. */
  public int start(int item) {
    return start[item];
  }

  /** Returns the rank of the time after a buffer is last alive. */
  public int end(int item) {
    return end[item];
  }

  /** Returns how many stretches of time a buffer is alive in. */
  public int spans(int item) {
    return spans[item].length / 2;
  }

  public int spanStart(int item, int span) {
    return spans[item][2 * span];
  }

  public int spanEnd(int item, int span) {
    return spans[item][2 * span + 1];
  }

  /** Returns whether two buffers are alive at one time. */
  public boolean meet(int a, int b) {
    if (start[a] >= end[b] || start[b] >= end[a]) {
      return false;
    }
    int[] one = spans[a];
    int[] other = spans[b];
    int i = 0;
    int j = 0;
    while (i < one.length && j < other.length) {
      if (one[i] < other[j + 1] && other[j] < one[i + 1]) {
        return true;
      }
      if (one[i + 1] <= other[j + 1]) {
        i += 2;
      } else {
        j += 2;
      }
    }
    return false;
  }

  /** Returns the bytes alive in each stretch of time. */
  public long[] load() {
    long[] load = new long[times + 1];
    for (int i = 0; i < size.length; i++) {
      for (int k = 0; k < spans[i].length; k += 2) {
        load[spans[i][k]] += size[i];
        load[spans[i][k + 1]] -= size[i];
      }
    }
    for (int t = 1; t < load.length; t++) {
      load[t] += load[t - 1];
    }
    return Arrays.copyOf(load, times);
  }

  /** Returns the most bytes alive at one time: no arena can be smaller. */
  public long loadBound() {
    return Arrays.stream(load()).max().orElse(0);
  }
}
