package dev.miser.ir.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Walks through time with the bytes of the arena that are taken, and finds those that two buffers
 * want at one time. It needs no more than n log n, as long as there are few of them.
 */
final class Occupancy {
  /** Says whether a buffer that begins may take bytes of another that ends after that time. */
  @FunctionalInterface
  interface Takeovers {
    boolean allow(Buffer heir, Buffer giver);
  }

  /** Is told of every buffer that wants bytes which another one has. */
  @FunctionalInterface
  interface Complaint {
    void overlap(Buffer first, Buffer second, int time);
  }

  private record Event(int time, boolean begins, Plan.Allocation allocation) {}

  /** Bytes up to {@code end} that a buffer has. */
  private record Taken(long end, Buffer owner) {}

  private final Takeovers takeovers;
  private final Complaint complaint;
  private final TreeMap<Long, Taken> taken = new TreeMap<>();

  private Occupancy(Takeovers takeovers, Complaint complaint) {
    this.takeovers = takeovers;
    this.complaint = complaint;
  }

  static void check(List<Plan.Allocation> allocations, Takeovers takeovers, Complaint complaint) {
    var events = new ArrayList<Event>();
    for (Plan.Allocation allocation : allocations) {
      Buffer buffer = allocation.buffer();
      if (buffer.bytes() > 0 && buffer.start() < buffer.end()) {
        events.add(new Event(buffer.start(), true, allocation));
        events.add(new Event(buffer.end(), false, allocation));
      }
    }
    // At one time, what ends goes before what begins.
    events.sort(Comparator.comparingInt(Event::time).thenComparing(Event::begins));
    var occupancy = new Occupancy(takeovers, complaint);
    for (Event event : events) {
      if (event.begins) {
        occupancy.take(event.allocation);
      } else {
        occupancy.free(event.allocation);
      }
    }
  }

  private void take(Plan.Allocation allocation) {
    Buffer heir = allocation.buffer();
    long from = allocation.offset();
    cut(from);
    cut(allocation.end());
    for (Taken other : taken.subMap(from, allocation.end()).values()) {
      Buffer giver = other.owner;
      boolean handed = giver.end() == heir.start() + 1 && takeovers.allow(heir, giver);
      if (!handed) {
        complaint.overlap(heir, giver, heir.start());
      }
    }
    taken.subMap(from, allocation.end()).clear();
    taken.put(from, new Taken(allocation.end(), heir));
  }

  /** Frees what the buffer still has: others may have taken over part of it. */
  private void free(Plan.Allocation allocation) {
    cut(allocation.offset());
    cut(allocation.end());
    taken
        .subMap(allocation.offset(), allocation.end())
        .values()
        .removeIf(t -> t.owner.equals(allocation.buffer()));
  }

  /** Makes {@code at} a border. */
  private void cut(long at) {
    Map.Entry<Long, Taken> entry = taken.lowerEntry(at);
    if (entry != null && entry.getValue().end > at) {
      taken.put(at, entry.getValue());
      taken.put(entry.getKey(), new Taken(at, entry.getValue().owner));
    }
  }
}
