package dev.miser.passes.memory.packing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Ours: takes the best of quick heuristics, cuts the problem into parts that share no time, and
 * searches in the part with the largest peak, until that peak is proved, enough, or the effort is
 * spent.
 */
record Portfolio() implements Strategy {
  private static final List<Greedy> QUICK =
      List.of(
          new Greedy("greedy-by-size", Order.SIZE, Fit.BEST, ""),
          new Greedy("first-fit-by-area", Order.AREA, Fit.FIRST, ""),
          new Greedy("first-fit-by-life", Order.LIFE, Fit.FIRST, ""),
          new Greedy("best-fit-by-start", Order.START, Fit.BEST, ""));

  @Override
  public String name() {
    return "portfolio";
  }

  @Override
  public String description() {
    return "quick heuristics, then a complete search that improves or proves the best of them";
  }

  @Override
  public Outcome pack(Problem problem, Effort effort) {
    return new Run(problem, effort).outcome();
  }

  private static final class Run {
    private final Problem problem;
    private final Effort effort;
    private final long begin = CpuClock.nanos();
    private final List<Part> parts = new ArrayList<>();
    private final long load;
    private long[] offsets = new long[0];
    private String foundBy = "";
    private long nodes;

    Run(Problem problem, Effort effort) {
      this.problem = problem;
      this.effort = effort;
      load = Math.max(problem.loadBound(), pinnedEnd(problem));
    }

    Outcome outcome() {
      long peak = heuristics();
      if (peak <= load) {
        return outcome(load, Outcome.Stop.DONE);
      }
      for (int[] items : Parts.of(problem)) {
        parts.add(new Part(problem, items, offsets));
      }
      while (true) {
        long bound = Math.max(load, parts.stream().mapToLong(Part::bound).max().orElse(0));
        Part worst = parts.getFirst();
        for (Part part : parts) {
          worst = part.peak() > worst.peak() ? part : worst;
        }
        peak = Math.max(load, worst.peak());
        if (peak <= bound) {
          return outcome(bound, Outcome.Stop.DONE);
        }
        boolean decided = peak <= effort.capacity() || bound > effort.capacity();
        if (effort.capacity() > 0 && decided) {
          return outcome(bound, Outcome.Stop.CAPACITY);
        }
        if (nodes >= effort.nodes() || !worst.isSearchable()) {
          return outcome(bound, Outcome.Stop.NODES);
        }
        long deadline = begin + effort.limit().toNanos();
        if (CpuClock.nanos() > deadline) {
          return outcome(bound, Outcome.Stop.CLOCK);
        }
        long goal = Math.max(bound, effort.capacity());
        nodes += worst.turn(goal, effort.capacity() > 0, effort.nodes() - nodes, deadline);
        if (worst.peak() < peak) {
          foundBy = "search";
        }
      }
    }

    private long heuristics() {
      long best = Long.MAX_VALUE;
      for (Greedy greedy : QUICK) {
        Packing packing = Packing.of(problem, greedy.offsets(problem));
        if (packing.peak() < best) {
          best = packing.peak();
          foundBy = greedy.name();
          offsets = IntStream.range(0, problem.count()).mapToLong(packing::offset).toArray();
        }
        if (best <= Math.max(load, effort.capacity())) {
          break;
        }
      }
      return best;
    }

    private Outcome outcome(long bound, Outcome.Stop stop) {
      for (Part part : parts) {
        part.write(offsets);
      }
      return new Outcome(
          Packing.of(problem, offsets),
          bound,
          foundBy,
          bound > load ? "search" : "load",
          nodes,
          stop,
          CpuClock.nanos() - begin);
    }

    private static long pinnedEnd(Problem problem) {
      return problem.items().stream()
          .filter(Item::isPinned)
          .mapToLong(item -> item.pinned() + item.size())
          .max()
          .orElse(0);
    }
  }

  /** Buffers that no other meets, and what is known of them. */
  private static final class Part {
    /** Parts larger than this are left to heuristics. */
    private static final int MOST = 4_000;

    private final Problem problem;
    private final int[] items;
    private final long[] offsets;
    private long peak;
    private long bound;
    private final List<int[]> orders = new ArrayList<>();
    private @Nullable ExactSearch search;
    private int turns;

    Part(Problem problem, int[] items, long[] packing) {
      this.problem = problem;
      this.items = items;
      offsets = Arrays.stream(items).mapToLong(item -> packing[item]).toArray();
      for (int i = 0; i < items.length; i++) {
        peak = Math.max(peak, offsets[i] + problem.size(items[i]));
      }
    }

    private ExactSearch search() {
      if (search == null) {
        search = new ExactSearch(SearchSpace.of(problem, items));
        for (Preference preference : Preference.values()) {
          orders.add(preference.sort(search.space()));
        }
      }
      return search;
    }

    long peak() {
      return peak;
    }

    long bound() {
      return bound;
    }

    boolean isSearchable() {
      return items.length <= MOST;
    }

    long turn(long goal, boolean decide, long limit, long deadline) {
      ExactSearch search = search();
      long unit = search.space().unit;
      int round = turns / (3 * orders.size());
      int kind = turns % 3;
      int[] order = orders.get(turns / 3 % orders.size());
      turns++;
      if (kind > 0 && decide) {
        return 0;
      }
      long capacity =
          switch (kind) {
            case 0 -> goal;
            case 1 -> (goal + peak) / 2;
            default -> peak - 1;
          };
      long units = capacity / unit;
      long most = Math.min(limit, (long) items.length << Math.min(40, round + 1));
      switch (search.search(units, order, most, deadline)) {
        case FOUND -> {
          peak = 0;
          for (int i = 0; i < items.length; i++) {
            offsets[i] = search.offset(i) * unit;
            peak = Math.max(peak, offsets[i] + problem.size(items[i]));
          }
        }
        case IMPOSSIBLE -> bound = (units + 1) * unit;
        case LIMIT -> {}
      }
      return search.nodes();
    }

    void write(long[] all) {
      for (int i = 0; i < items.length; i++) {
        all[items[i]] = offsets[i];
      }
    }
  }
}
