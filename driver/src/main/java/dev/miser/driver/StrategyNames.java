package dev.miser.driver;

import dev.miser.ir.diag.Spelling;
import dev.miser.passes.memory.packing.Strategies;
import dev.miser.passes.memory.packing.Strategy;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The names of ways to place buffers, as {@code --strategy} takes them. */
final class StrategyNames implements Iterable<String> {
  /** As {@link StrategyNames}, and all of them at once. */
  static final class OrAll implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return withAll().iterator();
    }
  }

  /** The name of all strategies at once. */
  static final String ALL = "all";

  @Override
  public Iterator<String> iterator() {
    return Strategies.names().iterator();
  }

  /** Returns the strategy of this name, or refuses it. */
  static Strategy find(String name) {
    return find(name, Strategies.names());
  }

  /** Returns the strategies of this name, which may be all, or refuses it. */
  static List<Strategy> findAll(String name) {
    return name.equals(ALL) ? Strategies.ALL : List.of(find(name, withAll()));
  }

  private static Strategy find(String name, List<String> known) {
    Strategy found = Strategies.find(name);
    if (found == null) {
      throw Failures.badUsage(
          "unknown strategy '"
              + name
              + "'"
              + Spelling.suggestion(name, known)
              + "; known: "
              + String.join(", ", known));
    }
    return found;
  }

  private static List<String> withAll() {
    var names = new ArrayList<>(Strategies.names());
    names.add(ALL);
    return names;
  }
}
