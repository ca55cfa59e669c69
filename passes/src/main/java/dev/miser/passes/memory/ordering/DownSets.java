package dev.miser.passes.memory.ordering;

import java.util.ArrayList;
import java.util.Arrays;

/**
 * Best-first search for the order of least peak over down-sets: sets of nodes that may have run. A
 * down-set is reached once, by the path of least peak (dominance: what is alive depends on the set
 * alone, so the peak so far is all that tells two paths apart). As the peak so far of the set that
 * is looked at never falls, no order stays below it: it is a lower bound all the time.
 *
 * <p>Free nodes run at once, without a choice. A node is free after down-set S if it leaves no more
 * bytes alive than there were and the peak while it runs is no more than the lower bound.
 *
 * <p><em>Why that is right.</em> By how much a node x changes the bytes alive never grows when more
 * nodes have run before it: of each chunk it touches, it adds the bytes if it is the first, takes
 * them if it is the last, and more nodes before it only make "first" untrue and "last" true. Let x
 * be free after S and look at any order that goes on from S and runs x later. Run x right after S
 * instead. Every node y that now has x before it finds no more bytes alive than it did, because x
 * changes the bytes after S by at most 0, and after more nodes by no more than that. The chunks y
 * starts are those it started or fewer. The inputs that die under y are those that died or more;
 * what y could take over it still can, save for an output that x has started, which y then does not
 * count at all. So no peak grows, save that of x, which is at most the lower bound.
 *
 * <p>The search over down-sets is the dynamic program of SERENITY (Ahn et al., MLSys 2020), made
 * best-first; Liu (1987) gave the rule of free nodes for trees.
 */
final class DownSets {
  /** How far a search has come. */
  enum Progress {
    SEARCHING,
    /** The best order is known. */
    FOUND,
    /** There is no order below the upper bound. */
    NONE,
    /** The memory for down-sets is full. */
    FULL
  }

  /** What is kept of a down-set besides its members: arrays, and its share of the hash table. */
  private static final int BYTES = 45;

  private final Flat graph;
  private final Sets rules;
  private final int words;
  private final long upper;
  private final long maxStates;

  // States, by index: members, bytes alive, peak so far, state before, node run after that.
  private long[] sets;
  private long[] live;
  private long[] key;
  private int[] parent;
  private int[] move;
  private boolean[] closed;
  private int count;
  private int[] table;
  private final Levels levels = new Levels();

  private final long[] set;
  private final long[] child;
  private long childLive;
  private long threshold;
  private long nodes;
  private int goal = -1;
  private Progress progress = Progress.SEARCHING;

  /**
   * Begins a search.
   *
   * @param lower orders of this peak or less are equally good
   * @param upper only orders of a smaller peak are wanted
   * @param memory the most bytes to keep down-sets in
   */
  DownSets(Flat graph, long lower, long upper, long memory) {
    this.graph = graph;
    this.rules = new Sets(graph);
    this.words = rules.words();
    this.upper = upper;
    this.maxStates = Math.min(memory / (8L * words + BYTES), 1 << 26);
    sets = new long[256 * words];
    live = new long[256];
    key = new long[256];
    parent = new int[256];
    move = new int[256];
    closed = new boolean[256];
    table = new int[1024];
    set = new long[words];
    child = new long[words];
    childLive = rules.start();
    threshold = Math.max(lower, childLive);
    if (threshold >= upper) {
      progress = Progress.NONE;
    } else {
      levels.push(threshold, add(threshold, -1, -1));
    }
  }

  Progress progress() {
    return progress;
  }

  /** Returns how many down-sets were looked at. */
  long nodes() {
    return nodes;
  }

  /** Returns a peak that no order stays below, if {@code lower} was one. */
  long lowerBound() {
    return progress == Progress.NONE ? Math.max(threshold, upper) : threshold;
  }

  /**
   * Searches on.
   *
   * @param lower what has become known of the lower bound elsewhere
   * @param more how many further down-sets may be looked at
   */
  Progress advance(long lower, long more) {
    raise(lower);
    for (long i = 0; i < more && progress == Progress.SEARCHING; i++) {
      int state = levels.pop();
      while (state >= 0 && closed[state]) {
        state = levels.pop();
      }
      if (state < 0) {
        progress = Progress.NONE;
        break;
      }
      raise(key[state]);
      nodes++;
      goal = expand(state);
      if (goal >= 0) {
        progress = Progress.FOUND;
      } else if (count > maxStates) {
        progress = Progress.FULL;
      }
    }
    return progress;
  }

  /** Forgets all down-sets, when they can lead to nothing any more. */
  void clear() {
    sets = new long[0];
    live = new long[0];
    key = new long[0];
    parent = new int[0];
    move = new int[0];
    closed = new boolean[0];
    table = new int[0];
  }

  private void raise(long lower) {
    threshold = Math.max(threshold, lower);
    if (threshold >= upper) {
      progress = Progress.NONE;
    }
  }

  /** Looks at all ways to go on; returns the state in which all nodes have run, or -1. */
  private int expand(int state) {
    closed[state] = true;
    // What is free depends on the threshold, which may have grown since the state was made.
    System.arraycopy(sets, state * words, set, 0, words);
    System.arraycopy(set, 0, child, 0, words);
    childLive = rules.runFree(child, live[state], threshold);
    if (rules.isFull(child)) {
      return add(threshold, state, -1);
    }
    int merged = state;
    if (!Arrays.equals(set, child)) {
      merged = find();
      if (merged >= 0 && closed[merged]) {
        return -1;
      }
      if (merged < 0) {
        merged = add(threshold, state, -1);
      } else {
        reach(merged, threshold, state, -1);
      }
      closed[merged] = true;
      System.arraycopy(child, 0, set, 0, words);
    }
    long before = childLive;
    for (int node = rules.nodes() - 1; node >= 0; node--) {
      if (rules.isReady(set, node)) {
        long peak = Math.max(threshold, rules.during(set, before, node));
        if (peak < upper && step(merged, before, node, peak)) {
          return count - 1;
        }
      }
    }
    return -1;
  }

  /** Runs a node after {@link #set}; returns whether all have run then. */
  private boolean step(int from, long before, int node, long peak) {
    System.arraycopy(set, 0, child, 0, words);
    childLive = before + rules.change(set, node);
    Sets.add(child, node);
    if (peak == threshold) {
      childLive = rules.runFreeAround(child, childLive, node, threshold);
      if (rules.isFull(child)) {
        add(threshold, from, node);
        return true;
      }
    }
    int known = find();
    if (known < 0) {
      levels.push(peak, add(peak, from, node));
    } else if (!closed[known] && key[known] > peak) {
      reach(known, peak, from, node);
      levels.push(peak, known);
    }
    return false;
  }

  private void reach(int state, long peak, int from, int node) {
    key[state] = peak;
    parent[state] = from;
    move[state] = node;
  }

  /** Returns the state of {@link #child}, or -1. */
  private int find() {
    int mask = table.length - 1;
    for (int slot = hash(child, 0) & mask; table[slot] != 0; slot = (slot + 1) & mask) {
      int state = table[slot] - 1;
      if (Arrays.equals(sets, state * words, (state + 1) * words, child, 0, words)) {
        return state;
      }
    }
    return -1;
  }

  private int hash(long[] from, int at) {
    long hash = 0;
    for (int w = 0; w < words; w++) {
      hash = (hash ^ from[at + w]) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 29;
    }
    return (int) (hash ^ hash >>> 32);
  }

  /** Adds {@link #child} as a state. */
  private int add(long peak, int from, int node) {
    if (count == live.length) {
      grow();
    }
    int state = count++;
    System.arraycopy(child, 0, sets, state * words, words);
    live[state] = childLive;
    reach(state, peak, from, node);
    enter(state);
    return state;
  }

  private void grow() {
    int more = live.length * 2;
    sets = Arrays.copyOf(sets, more * words);
    live = Arrays.copyOf(live, more);
    key = Arrays.copyOf(key, more);
    parent = Arrays.copyOf(parent, more);
    move = Arrays.copyOf(move, more);
    closed = Arrays.copyOf(closed, more);
    table = new int[more * 4];
    for (int state = 0; state < count; state++) {
      enter(state);
    }
  }

  private void enter(int state) {
    int mask = table.length - 1;
    int slot = hash(sets, state * words) & mask;
    while (table[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    table[slot] = state + 1;
  }

  /** Returns the order that was found. */
  int[] order() {
    var path = new ArrayList<Integer>();
    for (int state = goal; state >= 0; state = parent[state]) {
      path.add(state);
    }
    int[] order = new int[graph.nodes()];
    var walk = new Walk(graph);
    long[] members = new long[words];
    for (int state : path.reversed()) {
      if (move[state] >= 0) {
        order[walk.count()] = move[state];
        walk.run(move[state]);
      }
      System.arraycopy(sets, state * words, members, 0, words);
      Sets.runFree(walk, members, order);
    }
    return order;
  }
}
