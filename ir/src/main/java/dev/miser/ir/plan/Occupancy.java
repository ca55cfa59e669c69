package dev.miser.ir.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Walks through time with the lines of the arena that are taken, and finds those that two buffers
 * want at one time. It needs no more than n log n, as long as there are few of them.
 */
final class Occupancy {
  /** Says whether some lines may be taken, from when they are alive, of others that are alive. */
  @FunctionalInterface
  interface Takeovers {
    boolean allow(Stretch heir, Stretch giver);
  }

  /** Is told of every buffer that wants bytes which another one has. */
  @FunctionalInterface
  interface Complaint {
    void overlap(Buffer first, Buffer second, int time);
  }

  /** Lines of the arena, when they are alive, and whose they are. */
  record Stretch(Buffer owner, Extent lines) {}

  private record Event(int time, boolean begins, Stretch stretch) {}

  /** Lines up to {@code end} that a stretch has. */
  private record Taken(long end, Stretch stretch) {}

  private final Takeovers takeovers;
  private final Complaint complaint;
  private final TreeMap<Long, Taken> taken = new TreeMap<>();
  private final TreeMap<Integer, Long> changes = new TreeMap<>();

  private Occupancy(Takeovers takeovers, Complaint complaint) {
    this.takeovers = takeovers;
    this.complaint = complaint;
  }

  /**
   * Checks that no two stretches want a line at one time, and returns the most bytes that they want
   * at one time together; what one hands to the other counts once.
   */
  static long check(List<Stretch> stretches, Takeovers takeovers, Complaint complaint) {
    var occupancy = new Occupancy(takeovers, complaint);
    for (Event event : events(stretches)) {
      if (event.begins) {
        occupancy.take(event.stretch);
      } else {
        occupancy.free(event.stretch);
      }
    }
    long most = 0;
    long wanted = 0;
    for (long change : occupancy.changes.values()) {
      wanted += change;
      most = Math.max(most, wanted);
    }
    return most;
  }

  /** Adds bytes from one time until another. */
  private void want(long bytes, int start, int end) {
    changes.merge(start, bytes, Long::sum);
    changes.merge(end, -bytes, Long::sum);
  }

  private static List<Event> events(List<Stretch> stretches) {
    var events = new ArrayList<Event>();
    for (Stretch stretch : stretches) {
      if (stretch.lines.bytes() > 0 && stretch.lines.start() < stretch.lines.end()) {
        events.add(new Event(stretch.lines.start(), true, stretch));
        events.add(new Event(stretch.lines.end(), false, stretch));
      }
    }
    // At one time, what ends goes before what begins.
    events.sort(Comparator.comparingInt(Event::time).thenComparing(Event::begins));
    return events;
  }

  private void take(Stretch heir) {
    Extent lines = heir.lines;
    cut(lines.from());
    cut(lines.to());
    for (Map.Entry<Long, Taken> other : taken.subMap(lines.from(), lines.to()).entrySet()) {
      Stretch giver = other.getValue().stretch;
      if (takeovers.allow(heir, giver)) {
        want(other.getKey() - other.getValue().end, lines.start(), giver.lines.end());
      } else {
        complaint.overlap(heir.owner, giver.owner, lines.start());
      }
    }
    taken.subMap(lines.from(), lines.to()).clear();
    taken.put(lines.from(), new Taken(lines.to(), heir));
    want(lines.bytes(), lines.start(), lines.end());
  }

  /** Frees what the stretch still has: others may have taken over part of it. */
  private void free(Stretch stretch) {
    cut(stretch.lines.from());
    cut(stretch.lines.to());
    taken
        .subMap(stretch.lines.from(), stretch.lines.to())
        .values()
        .removeIf(t -> t.stretch.equals(stretch));
  }

  /** Makes {@code at} a border. */
  private void cut(long at) {
    Map.Entry<Long, Taken> entry = taken.lowerEntry(at);
    if (entry != null && entry.getValue().end > at) {
      taken.put(at, entry.getValue());
      taken.put(entry.getKey(), new Taken(at, entry.getValue().stretch));
    }
  }
}
