package dev.miser.onnx.graph;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The names of one graph or function body, and around it those of the graph it lies in. */
public final class Scope {
  private final @Nullable Scope outer;
  private final Map<String, Item> items = new HashMap<>();

  /** A scope that sees nothing but its own names. */
  public Scope() {
    this(null);
  }

  /** A scope that sees the names of another one too. */
  public Scope(@Nullable Scope outer) {
    this.outer = outer;
  }

  /** Gives a name its meaning. The format wants each name once; of two the later one counts. */
  public void define(String name, Item item) {
    items.put(name, item);
  }

  /** Returns what a name stands for, or null. */
  public @Nullable Item find(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      Item item = scope.items.get(name);
      if (item != null) {
        return item;
      }
    }
    return null;
  }
}
