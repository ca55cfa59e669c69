package dev.miser.passes.memory.packing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Packs the time around the peak first, by search, for there no byte may be wasted, and all else
 * around it, where some may. What lives through that window lies at the bottom, what ends last
 * lowest, and is one block to the search; the others of the window are few. Two buffers that are in
 * the window and meet at any time meet in it, so what the search has placed stays where it is.
 */
record PeakFirst() implements Strategy {
  /** Placing around the window compares pairs of buffers. */
  private static final int MANY = 40_000;

  /** How many buffers the search may have to place. */
  private static final int WINDOW = 1_500;

  private static final long NODES = 100_000;

  private static final List<Order> ORDERS = List.of(Order.AREA, Order.LIFE, Order.SIZE);

  /**
   * Some buffers by what they are in the window.
   *
   * @param base those alive in all of it
   * @param guests those alive in a part of it
   */
  private record Window(int from, int to, List<Integer> base, List<Integer> guests) {
    static Window of(Problem problem, int from, int to) {
      var base = new ArrayList<Integer>();
      var guests = new ArrayList<Integer>();
      for (int item = 0; item < problem.count(); item++) {
        if (problem.size(item) > 0 && problem.start(item) < to && from < problem.end(item)) {
          boolean isBase = problem.start(item) <= from && to <= problem.end(item);
          (isBase ? base : guests).add(item);
        }
      }
      base.sort(Comparator.comparingInt(item -> -problem.end(item)));
      return new Window(from, to, base, guests);
    }

    /** Returns the widest window around the peak that has few guests. */
    static Window around(Problem problem, int peak) {
      Window widest = of(problem, peak, peak + 1);
      for (int reach = 1; reach < 2 * problem.times(); reach *= 2) {
        int from = Math.max(0, peak - reach);
        Window wider = of(problem, from, Math.min(problem.times(), peak + 1 + reach));
        if (wider.guests.size() > WINDOW) {
          break;
        }
        widest = wider;
      }
      return widest;
    }
  }

  @Override
  public String name() {
    return "peak-first";
  }

  @Override
  public String description() {
    return "searches in a window of time around the peak, then places the rest by best fit";
  }

  @Override
  public Outcome pack(Problem problem, Effort effort) {
    boolean pinned = problem.items().stream().anyMatch(Item::isPinned);
    if (pinned || problem.count() > MANY || problem.times() == 0) {
      // A pinned buffer may lie where the bottom of the window would.
      return new PlateauFill().pack(problem, effort);
    }
    long begin = CpuClock.nanos();
    LowerBound bound = LowerBounds.best(problem);
    Window window = Window.around(problem, peakTime(problem));
    long[] offsets = new long[problem.count()];
    Outcome search = search(problem, window, effort, offsets);
    Packing best = around(problem, window, ORDERS.getFirst(), offsets);
    for (Order order : ORDERS.subList(1, ORDERS.size())) {
      if (best.peak() > bound.bytes()) {
        Packing next = around(problem, window, order, offsets);
        best = next.peak() < best.peak() ? next : best;
      }
    }
    return new Outcome(
        best,
        bound.bytes(),
        name(),
        bound.argument(),
        search.nodes(),
        best.peak() == bound.bytes() ? Outcome.Stop.DONE : search.stop(),
        CpuClock.nanos() - begin);
  }

  private static int peakTime(Problem problem) {
    long[] load = problem.load();
    int peak = 0;
    for (int t = 1; t < load.length; t++) {
      peak = load[t] > load[peak] ? t : peak;
    }
    return peak;
  }

  /** Sets the offsets of the buffers in the window. */
  private static Outcome search(Problem problem, Window window, Effort effort, long[] offsets) {
    long bottom = 0;
    for (int item : window.base) {
      long alignment = problem.items().get(item).alignment();
      offsets[item] = Math.ceilDiv(bottom, alignment) * alignment;
      bottom = offsets[item] + problem.size(item);
    }
    var items = new ArrayList<Item>();
    for (int guest : window.guests) {
      int start = Math.max(window.from, problem.start(guest));
      int end = Math.min(window.to, problem.end(guest));
      Item item = problem.items().get(guest);
      items.add(Item.of(item.name(), item.size(), start, end).alignedTo(item.alignment()));
    }
    items.add(Item.of("base", bottom, window.from, window.to).pinnedAt(0));
    Outcome found =
        new SkylineSearch()
            .pack(Problem.of(items), effort.withNodes(Math.min(NODES, effort.nodes())));
    for (int i = 0; i < window.guests.size(); i++) {
      offsets[window.guests.get(i)] = found.packing().offset(i);
    }
    return found;
  }

  /** Returns the packing of what is in the window and of the rest, one by one, around it. */
  private static Packing around(Problem problem, Window window, Order order, long[] inWindow) {
    long[] offsets = inWindow.clone();
    boolean[] isPlaced = new boolean[offsets.length];
    var placed = new Placed(problem);
    for (List<Integer> items : List.of(window.base, window.guests)) {
      for (int item : items) {
        placed.add(item, offsets[item]);
        isPlaced[item] = true;
      }
    }
    for (int item : order.sort(problem)) {
      if (!isPlaced[item]) {
        offsets[item] = placed.offsetFor(item, Fit.BEST);
        placed.add(item, offsets[item]);
      }
    }
    return Packing.of(problem, offsets);
  }
}
