package dev.miser.passes.memory.report;

import dev.miser.ir.plan.Buffer;
import dev.miser.ir.plan.Extent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Counts the lines of a buffer: those alive at a time, and those of them that a kernel touches. */
final class Lines {
  private Lines() {}

  /** Returns the bytes of the lines that are alive at a time. */
  static long alive(List<Extent> lines, int time) {
    long bytes = 0;
    for (Extent extent : lines) {
      bytes += isAlive(extent, time) ? extent.bytes() : 0;
    }
    return bytes;
  }

  /** Returns the bytes of the lines that are alive at a time and touched then, each once. */
  static long touched(List<Extent> lines, List<BufferFacts.Touch> touches, int time) {
    List<BufferFacts.Touch> now = at(touches, time);
    long bytes = 0;
    for (Extent extent : lines) {
      if (isAlive(extent, time)) {
        long counted = extent.from();
        for (BufferFacts.Touch touch : now) {
          long from = Math.max(touch.from(), counted);
          long to = Math.min(touch.to(), extent.to());
          if (from < to) {
            bytes += to - from;
            counted = to;
          }
        }
      }
    }
    return bytes;
  }

  /** Returns a touch of a value that lies at an offset in a buffer. */
  static BufferFacts.Touch touch(int time, long offset, long bytes) {
    long from = offset / Buffer.ALIGNMENT * Buffer.ALIGNMENT;
    long to = (offset + bytes + Buffer.ALIGNMENT - 1) / Buffer.ALIGNMENT * Buffer.ALIGNMENT;
    return new BufferFacts.Touch(time, from, to);
  }

  private static boolean isAlive(Extent extent, int time) {
    return extent.start() <= time && time < extent.end();
  }

  /** Returns the touches of one time, by their first byte; touches are in order of time. */
  private static List<BufferFacts.Touch> at(List<BufferFacts.Touch> touches, int time) {
    int low = 0;
    int high = touches.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (touches.get(middle).time() < time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    var now = new ArrayList<BufferFacts.Touch>();
    while (low < touches.size() && touches.get(low).time() == time) {
      now.add(touches.get(low++));
    }
    now.sort(Comparator.comparingLong(BufferFacts.Touch::from));
    return now;
  }
}
