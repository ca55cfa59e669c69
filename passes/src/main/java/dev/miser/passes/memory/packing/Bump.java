package dev.miser.passes.memory.packing;

/** Places one buffer after the other and uses no byte twice: the yardstick. */
record Bump() implements Heuristic {
  @Override
  public String name() {
    return "bump";
  }

  @Override
  public String description() {
    return "no reuse: one buffer after the other";
  }

  @Override
  public long[] offsets(Problem problem) {
    long[] offsets = new long[problem.count()];
    long next = 0;
    for (Item item : problem.items()) {
      if (item.isPinned()) {
        next = Math.max(next, item.pinned() + item.size());
      }
    }
    for (int i = 0; i < offsets.length; i++) {
      Item item = problem.items().get(i);
      if (item.isPinned()) {
        offsets[i] = item.pinned();
      } else {
        offsets[i] = Math.ceilDiv(next, item.alignment()) * item.alignment();
        next = offsets[i] + item.size();
      }
    }
    return offsets;
  }
}
