package dev.miser.ir.plan;

import dev.miser.ir.func.StateUpdate;
import dev.miser.ir.op.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds which lines of each buffer are alive when. What a kernel writes is alive from then on until
 * the last kernel that reads it; views read nothing. So the operands of a concat written in place
 * are born one after the other, and the slices of a value may die one after the other.
 */
final class Extents {
  /** A use of some bytes of a buffer. */
  private record Touch(long from, long to, int time) {}

  private final Buffers buffers;
  private final Map<Buffer, List<Touch>> writes = new HashMap<>();
  // Reads and writes, in order of time.
  private final Map<Buffer, List<Touch>> touches = new HashMap<>();

  Extents(Schedule schedule, Buffers buffers) {
    this.buffers = buffers;
    List<Step> timeline = schedule.timeline();
    for (int time = 0; time < timeline.size(); time++) {
      if (timeline.get(time) instanceof Kernel kernel) {
        for (Value input : kernel.inputs()) {
          note(touches, input, time);
        }
        for (Value output : kernel.outputs()) {
          note(touches, output, time);
          note(writes, output, time);
        }
      }
    }
    for (Value result : schedule.results()) {
      note(touches, result, buffers.end());
    }
    for (StateUpdate update : schedule.updates()) {
      note(touches, update.next(), buffers.end());
    }
  }

  private void note(Map<Buffer, List<Touch>> notes, Value value, int time) {
    Buffers.Placement placement = buffers.of(value);
    long from = placement.offset();
    notes
        .computeIfAbsent(placement.buffer(), b -> new ArrayList<>())
        .add(new Touch(from, from + value.type().byteCount(), time));
  }

  Map<Buffer, List<Extent>> all() {
    Map<Buffer, List<Extent>> all = new LinkedHashMap<>();
    for (Buffer buffer : buffers.all()) {
      all.put(buffer, extents(buffer));
    }
    return all;
  }

  private List<Extent> extents(Buffer buffer) {
    boolean partly =
        switch (buffer.kind()) {
          case INPUT, OUTPUT, TRANSIENT -> true;
          case PARAMETER -> buffer.end() <= buffers.initEnd();
          // Between two steps all of it has to be there; scratch memory is one piece.
          case STATE, PERSISTENT, WORKSPACE -> false;
        };
    // A parameter that only init reads is loaded piece by piece; what nobody reads, never.
    boolean isLoadedInPieces = partly && buffer.kind() == Buffer.Kind.PARAMETER;
    var births = new Lines(isLoadedInPieces ? Integer.MAX_VALUE : buffer.start());
    for (Touch birth :
        (isLoadedInPieces ? touches : writes).getOrDefault(buffer, List.of()).reversed()) {
      births.paint(birth.from, birth.to, birth.time);
    }
    var deaths = new Lines(partly ? buffer.start() + 1 : buffer.end());
    if (partly) {
      for (Touch touch : touches.getOrDefault(buffer, List.of())) {
        deaths.paint(touch.from, touch.to, Math.min(touch.time + 1, buffer.end()));
      }
    }
    var found = new ArrayList<Extent>();
    long bytes = buffer.alignedBytes();
    for (long from = 0; from < bytes; ) {
      int birth = births.at(from);
      int death = deaths.at(from);
      long to = from;
      do {
        to = Math.min(births.next(to, bytes), deaths.next(to, bytes));
      } while (to < bytes && births.at(to) == birth && deaths.at(to) == death);
      if (birth < death) {
        found.add(new Extent(from, to, birth, death));
      }
      from = to;
    }
    return List.copyOf(found);
  }
}
