package dev.miser.passes.memory.packing;

import java.util.Arrays;

/**
 * How high the buffers of each section must at least reach: they lie apart, each at its head or
 * above, so stacking those not yet placed in the order of their heads ends as low as possible. A
 * stack is looked at only when it may have grown above the capacity.
 */
final class Stacks {
  private final SearchSpace space;
  private final long[] head;
  private final int[] left;

  /** For each section, its buffers as they were last sorted by head. */
  private final int[][] sorted;

  /** For each section, an upper bound of where its stack ends, if that is below the capacity. */
  private final long[] roof;

  /** For each touched section, by how much a head rose at most. */
  private final long[] rise;

  private final boolean[] isTouched;
  private final int[] touched;
  private int touchedCount;

  /** For each buffer, in how many stacks it was that ended above the capacity. */
  private final int[] blame;

  private long capacity;

  /**
   * Creates them.
   *
   * @param head for each buffer, where it lies or the lowest offset it can have; read at each look
   * @param left for each section, how many of its buffers are not yet placed; read at each look
   */
  Stacks(SearchSpace space, long[] head, int[] left) {
    this.space = space;
    this.head = head;
    this.left = left;
    sorted = new int[space.sections][];
    for (int s = 0; s < space.sections; s++) {
      sorted[s] = space.members[s].clone();
    }
    roof = new long[space.sections];
    rise = new long[space.sections];
    isTouched = new boolean[space.sections];
    touched = new int[space.sections];
    blame = new int[space.count];
  }

  /** Forgets everything; the next look is at all stacks. */
  void reset(long units) {
    capacity = units;
    touchedCount = 0;
    Arrays.fill(blame, 0);
    Arrays.fill(isTouched, false);
    Arrays.fill(roof, capacity);
    for (int s = 0; s < space.sections; s++) {
      touch(s, 1);
    }
  }

  int blame(int buffer) {
    return blame[buffer];
  }

  /** Notes that the head of a buffer is about to rise. */
  void rise(int buffer, long by) {
    for (int s : space.sectionsOf[buffer]) {
      touch(s, by);
    }
  }

  private void touch(int section, long by) {
    if (!isTouched[section]) {
      isTouched[section] = true;
      touched[touchedCount++] = section;
      rise[section] = by;
    } else if (rise[section] < by) {
      rise[section] = by;
    }
  }

  /**
   * Returns whether all stacks that were touched since the last look end below the capacity; adds
   * the buffers that alone are too many to {@code why} if not. Whoever asks goes back to where all
   * did before the next look.
   */
  boolean fit(long[] why) {
    boolean all = true;
    for (int i = 0; i < touchedCount; i++) {
      int section = touched[i];
      isTouched[section] = false;
      // Before the change everything fitted.
      roof[section] = Math.min(roof[section], capacity) + rise[section];
      all = all && (roof[section] <= capacity || fits(section, why));
    }
    touchedCount = 0;
    return all;
  }

  private boolean fits(int section, long[] why) {
    int[] stack = sorted[section];
    sort(stack);
    long[] taken = space.takenIn[section];
    int next = 0;
    int base = stack.length - left[section];
    long end = 0;
    long spare = 0;
    for (int i = base; i < stack.length; i++) {
      int buffer = stack[i];
      for (; next < taken.length && taken[next] <= head[buffer]; next += 2) {
        if (taken[next] > end) {
          end = taken[next];
          base = i;
          spare = 0;
        }
        end += taken[next + 1];
      }
      if (head[buffer] > end) {
        end = head[buffer];
        base = i;
        spare = 0;
      }
      end += space.size[buffer];
      spare = Math.max(spare, space.spare[buffer]);
      if (end - spare > capacity) {
        blame(stack, base, i + 1, why);
        return false;
      }
    }
    for (; next < taken.length; next += 2) {
      end = Math.max(end, taken[next]) + taken[next + 1];
    }
    if (end - spare > capacity) {
      blame(stack, base, stack.length, why);
      return false;
    }
    roof[section] = end;
    return true;
  }

  private void blame(int[] stack, int from, int to, long[] why) {
    for (int i = from; i < to; i++) {
      why[stack[i] >> 6] |= 1L << stack[i];
      blame[stack[i]]++;
    }
  }

  /**
   * Sorts the buffers of a section by head; fast if little is out of order. Those placed come
   * first, as they lie below the heads of all others.
   */
  private void sort(int[] buffers) {
    int last = buffers[0];
    for (int i = 1; i < buffers.length; i++) {
      int buffer = buffers[i];
      if (head[buffer] >= head[last]) {
        last = buffer;
        continue;
      }
      int k = i;
      do {
        buffers[k] = buffers[k - 1];
        k--;
      } while (k > 0 && head[buffers[k - 1]] > head[buffer]);
      buffers[k] = buffer;
    }
  }
}
