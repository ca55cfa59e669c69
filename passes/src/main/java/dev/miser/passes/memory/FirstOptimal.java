package dev.miser.passes.memory;

import dev.miser.passes.memory.packing.Effort;
import dev.miser.passes.memory.packing.Outcome;
import dev.miser.passes.memory.packing.Problem;
import dev.miser.passes.memory.packing.Strategies;
import dev.miser.passes.memory.packing.Strategy;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Tries heuristics until one of them needs no more than the load bound, and takes the best. */
record FirstOptimal() implements Strategy {
  private static final List<String> TRIED =
      List.of(
          "greedy-by-size",
          "first-fit-by-size",
          "best-fit-by-area",
          "first-fit-by-area",
          "first-fit-by-life",
          "best-fit-by-start");

  @Override
  public String name() {
    return "first-optimal";
  }

  @Override
  public String description() {
    return "heuristics, until one reaches the load bound";
  }

  @Override
  public Outcome pack(Problem problem, Effort effort) {
    @Nullable Outcome best = null;
    for (String name : TRIED) {
      Strategy strategy = Objects.requireNonNull(Strategies.find(name));
      Outcome outcome = strategy.pack(problem, effort);
      if (best == null || outcome.peak() < best.peak()) {
        best = outcome;
      }
      if (best.isOptimal()) {
        break;
      }
    }
    return Objects.requireNonNull(best);
  }
}
