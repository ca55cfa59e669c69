package dev.miser.passes.memory.packing;

import java.util.Arrays;

/**
 * Depth-first search for a packing below a capacity that is complete: without a limit it finds one
 * or proves that there is none.
 *
 * <p>Every buffer not yet placed has a <em>head</em>, the lowest offset it can still have. A node
 * takes a buffer with the lowest head; either it lies there, and all it meets lies above, or it is
 * postponed: it then lies on one of those that it meets, so its head rises to the least of their
 * ends. If nothing that is left can reach below its end, there is no second choice. This visits
 * each canonical packing once (Moffitt, MiniMalloc, ASPLOS 2023), in the form known from scheduling
 * as schedule or postpone (Le Pape, Couronne, Vergamini, Gosselin, 1994): buffers are jobs, offsets
 * times, sections machines.
 *
 * <p>A section is hopeless when its buffers, stacked in the order of their heads, end above the
 * capacity. Each failure names a <em>core</em>: buffers that alone, with the heads they have now,
 * cannot be packed. A choice that raised no head in the core is not the reason, so all its
 * alternatives are skipped (Prosser, 1993). Parts of time that no buffer joins any longer are
 * solved one after the other, from the first on.
 */
final class ExactSearch {
  /** What a search found out. */
  enum Verdict {
    FOUND,
    IMPOSSIBLE,
    LIMIT
  }

  private static final long NEVER = Long.MAX_VALUE;

  private final SearchSpace space;
  private final long[] head;
  private final boolean[] placed;

  /** For each section, how many of its buffers are not yet placed. */
  private final int[] left;

  /** For each section, how many buffers not yet placed are alive before its end and after. */
  private final int[] across;

  /** Buffers not yet placed in the order of preference, as a ring through the last entry. */
  private final int[] next;

  private final int[] previous;

  /** What is to be undone: buffers and their former heads. */
  private int[] raised = new int[1024];

  private long[] former = new long[1024];
  private int trail;

  private final Stacks stacks;

  // A node at each depth.
  private final int[] chosen;
  private final long[] postponement;
  private final int[] nodeTrail;
  private final int[] choiceTrail;
  private final long[][] core;

  private long capacity;
  private long nodes;

  ExactSearch(SearchSpace space) {
    this.space = space;
    int count = space.count;
    head = new long[count];
    placed = new boolean[count];
    left = new int[space.sections];
    across = new int[space.sections];
    next = new int[count + 1];
    previous = new int[count + 1];
    stacks = new Stacks(space, head, left);
    chosen = new int[count];
    postponement = new long[count];
    nodeTrail = new int[count + 1];
    choiceTrail = new int[count];
    core = new long[count + 2][(count + 63) / 64];
  }

  /** Returns the nodes of the last search. */
  long nodes() {
    return nodes;
  }

  /** Returns in how many of the stacks that failed in the last search a buffer was. */
  int blame(int buffer) {
    return stacks.blame(buffer);
  }

  /** Returns where a buffer lies in the packing that was found, in units. */
  long offset(int buffer) {
    return head[buffer];
  }

  /**
   * Searches for a packing.
   *
   * @param units the capacity
   * @param order the buffers in the order in which they are tried at the same offset
   * @param limit the most nodes
   * @param deadline when the clock stops it, in {@link CpuClock#nanos}
   */
  Verdict search(long units, int[] order, long limit, long deadline) {
    capacity = units;
    nodes = 0;
    reset(order);
    if (!stacks.fit(core[0])) {
      return Verdict.IMPOSSIBLE;
    }
    int depth = 0;
    open(depth);
    while (depth < space.count) {
      if (nodes >= limit || ((nodes & 255) == 255 && CpuClock.nanos() > deadline)) {
        return Verdict.LIMIT;
      }
      if (choose(depth)) {
        open(++depth);
        continue;
      }
      while (!postpone(depth)) {
        undo(nodeTrail[depth]);
        if (depth == 0) {
          return Verdict.IMPOSSIBLE;
        }
        depth--;
      }
    }
    return Verdict.FOUND;
  }

  private void reset(int[] order) {
    trail = 0;
    Arrays.fill(placed, false);
    Arrays.fill(across, 0);
    int ring = space.count;
    int last = ring;
    for (int buffer : order) {
      head[buffer] = space.fit(buffer, 0);
      next[last] = buffer;
      previous[buffer] = last;
      last = buffer;
      int[] sections = space.sectionsOf[buffer];
      for (int s = sections[0]; s < sections[sections.length - 1]; s++) {
        across[s]++;
      }
    }
    next[last] = ring;
    previous[ring] = last;
    for (int s = 0; s < space.sections; s++) {
      left[s] = space.members[s].length;
    }
    stacks.reset(capacity);
  }

  private void open(int depth) {
    Arrays.fill(core[depth], 0);
    nodeTrail[depth] = trail;
  }

  /**
   * Places a buffer at its head. Returns false if something no longer fits; the core one depth
   * further says what.
   */
  private boolean choose(int depth) {
    nodes++;
    int buffer = lowest();
    long end = head[buffer] + space.size[buffer];
    long leastEnd = NEVER;
    long leastHead = NEVER;
    for (int other : space.meets[buffer]) {
      if (!placed[other]) {
        leastHead = Math.min(leastHead, head[other]);
        leastEnd = Math.min(leastEnd, head[other] + space.size[other]);
      }
    }
    chosen[depth] = buffer;
    choiceTrail[depth] = trail;
    postponement[depth] = leastHead >= end ? NEVER : space.fit(buffer, leastEnd);
    long[] why = core[depth + 1];
    Arrays.fill(why, 0);
    placed[buffer] = true;
    next[previous[buffer]] = next[buffer];
    previous[next[buffer]] = previous[buffer];
    int[] sections = space.sectionsOf[buffer];
    for (int s : sections) {
      left[s]--;
    }
    for (int s = sections[0]; s < sections[sections.length - 1]; s++) {
      across[s]--;
    }
    if (end - space.spare[buffer] > capacity) {
      why[buffer >> 6] |= 1L << buffer;
      return false;
    }
    for (int other : space.meets[buffer]) {
      if (!placed[other] && head[other] < end) {
        raise(other, space.isPlain ? end : space.fit(other, end));
      }
    }
    return stacks.fit(why);
  }

  /**
   * Takes the buffer at this depth back and postpones it. Returns false if that does not help
   * either; the core at this depth then says why.
   */
  private boolean postpone(int depth) {
    int buffer = chosen[depth];
    long[] why = core[depth + 1];
    boolean itself = (why[buffer >> 6] >>> buffer & 1) != 0;
    boolean matters = itself || raisedAny(choiceTrail[depth], why);
    undo(choiceTrail[depth]);
    placed[buffer] = false;
    next[previous[buffer]] = buffer;
    previous[next[buffer]] = buffer;
    int[] sections = space.sectionsOf[buffer];
    for (int s : sections) {
      left[s]++;
    }
    for (int s = sections[0]; s < sections[sections.length - 1]; s++) {
      across[s]++;
    }
    long[] all = core[depth];
    if (matters) {
      add(all, why);
      all[buffer >> 6] |= 1L << buffer;
      if (postponement[depth] == NEVER) {
        return false;
      }
      Arrays.fill(why, 0);
      raise(buffer, postponement[depth]);
      if (stacks.fit(why)) {
        return true;
      }
    }
    if (raisedAny(nodeTrail[depth], why)) {
      add(all, why);
    } else {
      System.arraycopy(why, 0, all, 0, all.length);
    }
    return false;
  }

  /** Returns the buffer with the lowest head in the first part of time that is not solved. */
  private int lowest() {
    int first = 0;
    while (left[first] == 0) {
      first++;
    }
    int last = first;
    while (across[last] > 0) {
      last++;
    }
    int best = -1;
    long bestHead = NEVER;
    for (int buffer = next[space.count]; buffer != space.count; buffer = next[buffer]) {
      if (head[buffer] < bestHead) {
        int start = space.sectionsOf[buffer][0];
        if (start >= first && start <= last) {
          best = buffer;
          bestHead = head[buffer];
        }
      }
    }
    return best;
  }

  private void raise(int buffer, long offset) {
    if (trail == raised.length) {
      raised = Arrays.copyOf(raised, 2 * trail);
      former = Arrays.copyOf(former, 2 * trail);
    }
    raised[trail] = buffer;
    former[trail++] = head[buffer];
    stacks.rise(buffer, offset - head[buffer]);
    head[buffer] = offset;
  }

  private void undo(int mark) {
    while (trail > mark) {
      trail--;
      head[raised[trail]] = former[trail];
    }
  }

  private boolean raisedAny(int mark, long[] buffers) {
    for (int i = mark; i < trail; i++) {
      if ((buffers[raised[i] >> 6] >>> raised[i] & 1) != 0) {
        return true;
      }
    }
    return false;
  }

  private static void add(long[] all, long[] more) {
    for (int i = 0; i < all.length; i++) {
      all[i] |= more[i];
    }
  }
}
