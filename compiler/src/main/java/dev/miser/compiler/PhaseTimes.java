package dev.miser.compiler;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How long each phase took, in the order in which they ended; tells another progress as well. */
public final class PhaseTimes implements Progress {
  /** A phase and the time it took, over all its runs. */
  public record Entry(Phase phase, long nanoseconds) {}

  private final Progress next;
  private final Map<Phase, Long> times = new LinkedHashMap<>();

  public PhaseTimes(Progress next) {
    this.next = next;
  }

  @Override
  public void begin(Phase phase) {
    next.begin(phase);
  }

  @Override
  public void end(Phase phase, long nanoseconds) {
    synchronized (times) {
      times.merge(phase, nanoseconds, Long::sum);
    }
    next.end(phase, nanoseconds);
  }

  /** Returns the times so far. */
  public List<Entry> entries() {
    var entries = new ArrayList<Entry>();
    synchronized (times) {
      times.forEach((phase, nanoseconds) -> entries.add(new Entry(phase, nanoseconds)));
    }
    return entries;
  }

  /** Returns the time that compilation took: all phases from the text to the classes. */
  public long compileNanoseconds() {
    return entries().stream()
        .filter(entry ->
            switch (entry.phase()) {
              case READ, PASSES, FUSE, LAYOUT, EMIT, COMPILE -> true;
              case INIT, STEP -> false;
            })
        .mapToLong(Entry::nanoseconds)
        .sum();
  }
}
