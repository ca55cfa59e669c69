package dev.miser.passes.memory.packing;

/**
 * A heap that grows, simulated in time order: a buffer is allocated when it is born, knowing
 * nothing of what comes later, and given back when it dies; free neighbours become one block. The
 * free end of the heap is a block like others, and the heap grows only if no block is wide enough.
 *
 * <p>Between the buffers alive at one time lie exactly the heap's free blocks, so no free list is
 * kept. A buffer of several lives keeps its offset, so its block must be free in all of them.
 */
record HeapPool(Fit fit) implements Heuristic {
  @Override
  public String name() {
    return switch (fit) {
      case FIRST -> "heap-first-fit";
      case BEST -> "heap-best-fit";
      case WORST -> "heap-worst-fit";
    };
  }

  @Override
  public String description() {
    return "a growing heap in time order, taking the "
        + switch (fit) {
          case FIRST -> "lowest";
          case BEST -> "narrowest";
          case WORST -> "widest";
        }
        + " free block (Knuth 1968, 2.5)";
  }

  @Override
  public long[] offsets(Problem problem) {
    long[] offsets = Pins.offsets(problem);
    var placed = new Placed(problem);
    long heap = 0;
    for (int item = 0; item < offsets.length; item++) {
      if (problem.items().get(item).isPinned()) {
        heap = Math.max(heap, offsets[item] + problem.size(item));
      }
    }
    for (int item : Order.BIRTH.sort(problem)) {
      offsets[item] = placed.offsetFor(item, fit, heap);
      placed.add(item, offsets[item]);
      heap = Math.max(heap, offsets[item] + problem.size(item));
    }
    return offsets;
  }
}
