package dev.miser.passes.memory.packing;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Every strategy that can be chosen by name. */
public final class Strategies {
  /** What is used where none is chosen. */
  public static final Strategy OURS = new Portfolio();

  /** All of them, simplest first. */
  public static final List<Strategy> ALL =
      List.of(
          new Bump(),
          new EqualSizes(),
          new HeapPool(Fit.FIRST),
          new HeapPool(Fit.BEST),
          new HeapPool(Fit.WORST),
          greedy(
              "greedy-by-size",
              Order.SIZE,
              Fit.BEST,
              "best fit, the largest first (TFLite; Pisarchyk, Lee 2020)"),
          greedy(
              "greedy-by-breadth",
              Order.BREADTH,
              Fit.BEST,
              "best fit, from the busiest time on (TFLite; Pisarchyk, Lee 2020)"),
          greedy(
              "xla-heap",
              Order.SIZE_THEN_LIFE,
              Fit.BEST,
              "best fit by decreasing size (XLA's GlobalDecreasingSizeBestFitHeap)"),
          greedy(
              "first-fit-by-size",
              Order.SIZE_THEN_START,
              Fit.FIRST,
              "first fit, the largest first (TFLite Micro's greedy planner)"),
          greedy("first-fit-by-area", Order.AREA, Fit.FIRST, "first fit by size times life"),
          greedy("best-fit-by-area", Order.AREA, Fit.BEST, "best fit by size times life"),
          greedy("first-fit-by-life", Order.LIFE, Fit.FIRST, "first fit, the longest life first"),
          greedy("best-fit-by-start", Order.START, Fit.BEST, "best fit in order of birth"),
          new HillClimb(),
          new PlateauFill(),
          new SkylineSearch(),
          new PeakFirst(),
          OURS);

  private Strategies() {}

  private static Strategy greedy(String name, Order order, Fit fit, String description) {
    return new Greedy(name, order, fit, description);
  }

  public static List<String> names() {
    return ALL.stream().map(Strategy::name).toList();
  }

  /** Returns the strategy of this name, or null. */
  public static @Nullable Strategy find(String name) {
    for (Strategy strategy : ALL) {
      if (strategy.name().equals(name)) {
        return strategy;
      }
    }
    return null;
  }
}
