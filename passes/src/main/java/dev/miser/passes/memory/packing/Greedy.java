package dev.miser.passes.memory.packing;

/**
 * Places one buffer after the other into a gap between those that it meets and that are placed
 * already; above them if there is none. Pinned buffers come first.
 *
 * @param description where this order and fit are published
 */
record Greedy(String name, Order order, Fit fit, String description) implements Heuristic {
  @Override
  public long[] offsets(Problem problem) {
    long[] offsets = Pins.offsets(problem);
    var placed = new Placed(problem);
    for (int item : order.sort(problem)) {
      offsets[item] = placed.offsetFor(item, fit);
      placed.add(item, offsets[item]);
    }
    return offsets;
  }
}
