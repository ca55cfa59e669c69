package dev.miser.passes.memory.packing;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Buffers of equal size and alignment share slots, others share nothing: each class is coloured in
 * order of birth, which takes the fewest slots where lives are of one piece, and the slots are
 * stacked. The co-share colouring of MXNet (Chen, Xu, Zhang, Guestrin 2016) made strict.
 */
record EqualSizes() implements Heuristic {
  private record Kind(long size, long alignment) implements Comparable<Kind> {
    @Override
    public int compareTo(Kind other) {
      int bySize = Long.compare(other.size, size);
      return bySize != 0 ? bySize : Long.compare(other.alignment, alignment);
    }
  }

  @Override
  public String name() {
    return "equal-sizes";
  }

  @Override
  public String description() {
    return "only buffers of equal size share (co-share colouring, Chen et al. 2016)";
  }

  @Override
  public long[] offsets(Problem problem) {
    long[] offsets = Pins.offsets(problem);
    var kinds = new TreeMap<Kind, List<Integer>>();
    long next = 0;
    for (int item : Order.BIRTH.sort(problem)) {
      if (problem.size(item) > 0) {
        var kind = new Kind(problem.size(item), problem.items().get(item).alignment());
        kinds.computeIfAbsent(kind, k -> new ArrayList<>()).add(item);
      }
    }
    for (Item item : problem.items()) {
      if (item.isPinned()) {
        next = Math.max(next, item.pinned() + item.size());
      }
    }
    for (var entry : kinds.entrySet()) {
      long alignment = entry.getKey().alignment();
      long stride = Math.ceilDiv(entry.getKey().size(), alignment) * alignment;
      long base = Math.ceilDiv(next, alignment) * alignment;
      int[] colours = colours(problem, entry.getValue());
      for (int i = 0; i < colours.length; i++) {
        int item = entry.getValue().get(i);
        offsets[item] = base + colours[i] * stride;
        next = Math.max(next, offsets[item] + problem.size(item));
      }
    }
    return offsets;
  }

  /** Returns a colour for each, in order of birth: the lowest that nothing it meets has. */
  private static int[] colours(Problem problem, List<Integer> items) {
    int[] colours = new int[items.size()];
    var members = new ArrayList<List<Integer>>();
    for (int i = 0; i < colours.length; i++) {
      int item = items.get(i);
      int colour = 0;
      while (colour < members.size() && meetsAny(problem, members.get(colour), item)) {
        colour++;
      }
      if (colour == members.size()) {
        members.add(new ArrayList<>());
      }
      members.get(colour).add(item);
      colours[i] = colour;
    }
    return colours;
  }

  private static boolean meetsAny(Problem problem, List<Integer> members, int item) {
    for (int i = members.size() - 1; i >= 0; i--) {
      if (problem.meet(members.get(i), item)) {
        return true;
      }
    }
    return false;
  }
}
