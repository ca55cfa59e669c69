package dev.miser.passes.memory.packing;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Every strategy that can be chosen by name. */
public final class Strategies {
  /** All of them, simplest first. */
  public static final List<Strategy> ALL = List.of(new Bump());

  private Strategies() {}

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
