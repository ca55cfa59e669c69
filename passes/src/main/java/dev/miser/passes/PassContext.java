package dev.miser.passes;

import dev.miser.ir.plan.AnalyticCatalog;
import dev.miser.ir.plan.KernelCatalog;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a pass is given besides the program: what kernels can do, analyses, computed once for each
 * program object and kept as long as it lives, and statistics.
 */
public final class PassContext {
  private final Map<Key, Map<Analysis<?, ?>, Object>> analyses = new HashMap<>();
  private final ReferenceQueue<Object> freed = new ReferenceQueue<>();
  private final Map<Enum<?>, Long> statistics = new LinkedHashMap<>();
  private final KernelCatalog catalog;

  /** A context in which kernels can do what their bodies tell. */
  public PassContext() {
    this(new AnalyticCatalog());
  }

  public PassContext(KernelCatalog catalog) {
    this.catalog = catalog;
  }

  /** Returns what kernels can do. */
  public KernelCatalog catalog() {
    return catalog;
  }

  /** Returns what {@code analysis} says about this program object. */
  public <P, A> A get(Analysis<P, A> analysis, P program) {
    for (var key = freed.poll(); key != null; key = freed.poll()) {
      analyses.remove(key);
    }
    Map<Analysis<?, ?>, Object> known =
        analyses.computeIfAbsent(new Key(program, freed), k -> new HashMap<>());
    Object found = known.get(analysis);
    if (found == null) {
      found = analysis.of(program);
      known.put(analysis, found);
    }
    @SuppressWarnings("unchecked") // what this analysis made for this program, a line above
    A result = (A) found;
    return result;
  }

  /** Counts one change. */
  public void count(Enum<?> statistic) {
    count(statistic, 1);
  }

  public void count(Enum<?> statistic, long times) {
    statistics.merge(statistic, times, Long::sum);
  }

  /** Returns what was counted since the last call, by name in text, in order of first count. */
  Map<String, Long> takeStatistics() {
    var taken = new LinkedHashMap<String, Long>();
    statistics.forEach((statistic, n) -> taken.put(PassText.kebabCase(statistic.name()), n));
    statistics.clear();
    return taken;
  }

  /** A program object by identity: programs are equal by content, which is slow to compare. */
  private static final class Key extends WeakReference<Object> {
    private final int hash;

    Key(Object program, ReferenceQueue<Object> queue) {
      super(program, queue);
      this.hash = System.identityHashCode(program);
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // a program object is meant, not what it says
    public boolean equals(@Nullable Object other) {
      if (this == other) {
        return true;
      }
      Object mine = get();
      return mine != null && other instanceof Key key && key.get() == mine;
    }
  }
}
