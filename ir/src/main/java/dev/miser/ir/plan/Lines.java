package dev.miser.ir.plan;

import java.util.Map;
import java.util.TreeMap;

/** A time for each line of a buffer; what is painted last counts. */
final class Lines {
  private final TreeMap<Long, Integer> times = new TreeMap<>();

  /** Begins with one time for all lines. */
  Lines(int time) {
    times.put(0L, time);
  }

  /** Gives the lines that bytes {@code [from, to)} touch another time. */
  void paint(long from, long to, int time) {
    if (from >= to) {
      return;
    }
    long first = from / Buffer.ALIGNMENT * Buffer.ALIGNMENT;
    long last = Math.ceilDiv(to, Buffer.ALIGNMENT) * Buffer.ALIGNMENT;
    int behind = at(last);
    times.subMap(first, last).clear();
    times.put(first, time);
    times.put(last, behind);
  }

  /** Returns the time of the line that begins at this byte. */
  int at(long byteOffset) {
    Map.Entry<Long, Integer> entry = times.floorEntry(byteOffset);
    return entry == null ? 0 : entry.getValue();
  }

  /** Returns the first byte behind this one at which another stretch begins, or {@code most}. */
  long next(long byteOffset, long most) {
    Long higher = times.higherKey(byteOffset);
    return higher == null ? most : Math.min(higher, most);
  }
}
