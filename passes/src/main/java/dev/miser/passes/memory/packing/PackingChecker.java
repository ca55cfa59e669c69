package dev.miser.passes.memory.packing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Checks a packing without trusting who made it: walks through time with the buffers alive sorted
 * by offset. Looks at the items alone, in n log n. Shares no code with strategies.
 */
public final class PackingChecker {
  private static final int MOST = 20;

  private record Event(long time, int item, boolean begins) {}

  private PackingChecker() {}

  /** Returns what is wrong, at most twenty sentences; empty if the packing is right. */
  public static List<String> check(List<Item> items, Packing packing) {
    var wrong = new ArrayList<String>();
    var events = new ArrayList<Event>();
    long peak = 0;
    for (int i = 0; i < items.size(); i++) {
      Item item = items.get(i);
      long offset = packing.offset(i);
      peak = Math.max(peak, offset + item.size());
      if (offset < 0 || offset % item.alignment() != 0) {
        wrong.add(item.name() + " lies at " + offset + ", no multiple of " + item.alignment());
      }
      if (item.isPinned() && offset != item.pinned()) {
        wrong.add(item.name() + " lies at " + offset + ", and is pinned at " + item.pinned());
      }
      if (item.size() > 0) {
        for (Lifetime life : item.lives()) {
          events.add(new Event(life.lower(), i, true));
          events.add(new Event(life.upper(), i, false));
        }
      }
    }
    if (peak != packing.peak()) {
      wrong.add("the peak is " + peak + ", not " + packing.peak());
    }
    // At one time, what ends goes before what begins.
    events.sort(Comparator.comparingLong(Event::time).thenComparing(Event::begins));
    TreeMap<Long, Integer> alive = new TreeMap<>();
    for (Event event : events) {
      long offset = packing.offset(event.item());
      if (!event.begins()) {
        alive.remove(offset, event.item());
        continue;
      }
      Map.Entry<Long, Integer> below = alive.lowerEntry(offset);
      Map.Entry<Long, Integer> above = alive.ceilingEntry(offset);
      if (below != null && below.getKey() + items.get(below.getValue()).size() > offset) {
        wrong.add(overlap(items, below.getValue(), event));
      }
      if (above != null && offset + items.get(event.item()).size() > above.getKey()) {
        wrong.add(overlap(items, above.getValue(), event));
      }
      if (wrong.size() >= MOST) {
        return List.copyOf(wrong.subList(0, MOST));
      }
      alive.put(offset, event.item());
    }
    return List.copyOf(wrong);
  }

  private static String overlap(List<Item> items, int other, Event event) {
    return items.get(other).name()
        + " and "
        + items.get(event.item()).name()
        + " overlap at time "
        + event.time();
  }
}
