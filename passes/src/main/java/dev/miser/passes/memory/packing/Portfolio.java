package dev.miser.passes.memory.packing;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Ours: takes the best of quick heuristics, cuts the problem into parts that share no time, and
 * searches in the part with the largest peak, until that peak is proved, enough, or the effort is
 * spent. A node is one of the search.
 */
record Portfolio() implements Strategy {
  /** Up to so many buffers, all heuristics are asked; some look at all pairs. */
  private static final int FEW = 4_000;

  /** Nodes of the heuristic that learns, for each buffer and at most. */
  private static final long LEARNING = 100;

  private static final long MOST_LEARNING = 50_000;

  private static final List<Strategy> QUICK =
      List.of(
          new Greedy("greedy-by-size", Order.SIZE, Fit.BEST, ""),
          new Greedy("first-fit-by-area", Order.AREA, Fit.FIRST, ""),
          new Greedy("first-fit-by-life", Order.LIFE, Fit.FIRST, ""),
          new Greedy("best-fit-by-start", Order.START, Fit.BEST, ""),
          new PlateauFill());

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
    private final LowerBound argued;
    private final List<Part> parts = new ArrayList<>();
    private long[] offsets = new long[0];
    private long peak = Long.MAX_VALUE;
    private String foundBy = "";
    private long nodes;

    Run(Problem problem, Effort effort) {
      this.problem = problem;
      this.effort = effort;
      argued = LowerBounds.best(problem);
    }

    Outcome outcome() {
      heuristics();
      if (peak <= argued.bytes()) {
        return outcome(Outcome.Stop.DONE);
      }
      for (int[] items : Parts.of(problem)) {
        parts.add(new Part(problem, items, offsets));
      }
      while (true) {
        Part worst = worst();
        peak = Math.max(argued.bytes(), worst.peak());
        long bound = bound();
        if (peak <= bound) {
          return outcome(Outcome.Stop.DONE);
        }
        if (effort.capacity() > 0 && (peak <= effort.capacity() || bound > effort.capacity())) {
          return outcome(Outcome.Stop.CAPACITY);
        }
        if (nodes >= effort.nodes() || !worst.isSearchable()) {
          return outcome(Outcome.Stop.NODES);
        }
        long deadline = begin + effort.limit().toNanos();
        if (CpuClock.nanos() >= deadline) {
          return outcome(Outcome.Stop.CLOCK);
        }
        long goal = Math.max(bound, effort.capacity());
        nodes += worst.turn(goal, effort.capacity() > 0, effort.nodes() - nodes, deadline);
        if (worst.peak() < peak) {
          foundBy = "search";
        }
      }
    }

    private void heuristics() {
      long enough = Math.max(argued.bytes(), effort.capacity());
      for (Strategy quick : problem.count() <= FEW ? QUICK : List.of(new PlateauFill())) {
        if (peak > enough) {
          offer(quick.pack(problem, effort));
        }
      }
      if (peak > enough && effort.capacity() == 0) {
        long most = Math.min(LEARNING * problem.count(), MOST_LEARNING);
        offer(new SkylineSearch().pack(problem, effort.withNodes(Math.min(most, effort.nodes()))));
      }
    }

    private void offer(Outcome outcome) {
      if (outcome.peak() < peak) {
        peak = outcome.peak();
        foundBy = outcome.foundBy();
        Packing packing = outcome.packing();
        offsets = IntStream.range(0, problem.count()).mapToLong(packing::offset).toArray();
      }
    }

    private Part worst() {
      Part worst = parts.getFirst();
      for (Part part : parts) {
        worst = part.peak() > worst.peak() ? part : worst;
      }
      return worst;
    }

    private long bound() {
      return parts.stream().mapToLong(Part::bound).reduce(argued.bytes(), Math::max);
    }

    private Outcome outcome(Outcome.Stop stop) {
      parts.forEach(part -> part.write(offsets));
      LowerBound best = argued.or(new LowerBound(bound(), "search"));
      return new Outcome(
          Packing.of(problem, offsets),
          best.bytes(),
          foundBy,
          best.argument(),
          nodes,
          stop,
          CpuClock.nanos() - begin);
    }
  }
}
