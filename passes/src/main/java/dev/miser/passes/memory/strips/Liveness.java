package dev.miser.passes.memory.strips;

import dev.miser.ir.func.StateUpdate;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Buffer;
import dev.miser.ir.plan.Buffers;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.Step;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who uses the values of a schedule, and which bytes are alive beside a chain of its steps. */
final class Liveness {
  private final Buffers buffers;
  private final Map<Value, Set<Integer>> uses = new HashMap<>();
  private final Set<Value> kept = new HashSet<>();

  Liveness(Schedule schedule) {
    this.buffers = Buffers.of(schedule);
    List<Step> steps = schedule.steps();
    for (int i = 0; i < steps.size(); i++) {
      for (Value input : steps.get(i).inputs()) {
        uses.computeIfAbsent(input, v -> new HashSet<>()).add(i);
      }
    }
    kept.addAll(schedule.results());
    schedule.updates().stream().map(StateUpdate::next).forEach(kept::add);
  }

  /** Returns whether only steps of a chain read the value. */
  boolean isUsedWithin(Value value, int first, int last) {
    return !kept.contains(value)
        && uses.getOrDefault(value, Set.of()).stream().allMatch(i -> first <= i && i <= last);
  }

  /** Returns the last position that reads the value. */
  int lastUse(Value value) {
    return uses.getOrDefault(value, Set.of()).stream().mapToInt(i -> i).max().orElse(-1);
  }

  /**
   * Returns the bytes of all buffers alive while any step of a chain runs, save workspaces and the
   * buffers of these values.
   */
  long bytesBeside(int first, int last, Set<Value> values) {
    Set<Buffer> apart = new HashSet<>();
    values.forEach(v -> apart.add(buffers.of(v).buffer()));
    int from = buffers.initEnd() + first;
    int to = buffers.initEnd() + last + 1;
    long bytes = 0;
    for (Buffer buffer : buffers.all()) {
      if (buffer.start() < to
          && from < buffer.end()
          && buffer.kind() != Buffer.Kind.WORKSPACE
          && !apart.contains(buffer)) {
        bytes += buffer.alignedBytes();
      }
    }
    return bytes;
  }

  /** Returns a size rounded up as buffers are. */
  static long aligned(long bytes) {
    return Math.ceilDiv(bytes, Buffer.ALIGNMENT) * Buffer.ALIGNMENT;
  }

  /** Returns the bytes of all buffers alive both before and after a step. */
  long bytesAcross(int position) {
    int time = buffers.initEnd() + position;
    return buffers.all().stream()
        .filter(b -> b.start() < time && time + 1 < b.end())
        .mapToLong(Buffer::alignedBytes)
        .sum();
  }
}
