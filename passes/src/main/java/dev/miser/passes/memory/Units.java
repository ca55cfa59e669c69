package dev.miser.passes.memory;

import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Buffer;
import dev.miser.ir.plan.Buffers;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.KernelCatalog;
import dev.miser.ir.plan.Plan.InPlace;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Buffers that share one place because each takes over the bytes of the one before.
 *
 * @param intervals what each unit needs
 * @param members for each buffer of the schedule, in order, the unit it belongs to
 * @param heirs from what takes over to what is taken over
 */
record Units(
    List<Interval> intervals,
    List<Integer> members,
    Map<Buffer, Buffer> heirs,
    List<InPlace> inPlace) {
  /** Returns units of one buffer each: nothing is taken over. */
  static Units apart(Buffers buffers) {
    return of(buffers, List.of(), Map.of());
  }

  /** Returns units in which every output takes over a dying input where it may. */
  static Units shared(Schedule schedule, Buffers buffers, KernelCatalog catalog) {
    var pairs = new ArrayList<InPlace>();
    Map<Buffer, Buffer> heirs = new HashMap<>();
    List<Step> timeline = schedule.timeline();
    for (int time = 0; time < timeline.size(); time++) {
      if (timeline.get(time) instanceof Kernel kernel) {
        takeOver(kernel, time, buffers, catalog, pairs, heirs);
      }
    }
    return of(buffers, pairs, heirs);
  }

  private static void takeOver(
      Kernel kernel,
      int time,
      Buffers buffers,
      KernelCatalog catalog,
      List<InPlace> pairs,
      Map<Buffer, Buffer> heirs) {
    Map<Buffer, List<Value>> dying = new LinkedHashMap<>();
    for (Value input : kernel.inputs()) {
      Buffer buffer = buffers.of(input).buffer();
      if (buffer.end() == time + 1 && buffer.start() < time && isFree(buffer)) {
        dying.computeIfAbsent(buffer, b -> new ArrayList<>()).add(input);
      }
    }
    Set<Buffer> taken = new HashSet<>();
    for (Value output : kernel.outputs()) {
      Buffer buffer = buffers.of(output).buffer();
      if (buffer.start() != time || buffer.bytes() == 0) {
        continue;
      }
      for (Map.Entry<Buffer, List<Value>> candidate : dying.entrySet()) {
        Buffer input = candidate.getKey();
        if (buffer.bytes() <= input.bytes()
            && !taken.contains(input)
            && buffers.of(output).offset() == 0
            && candidate.getValue().stream()
                .allMatch(
                    v -> buffers.of(v).offset() == 0 && catalog.mayOverwrite(kernel, output, v))) {
          taken.add(input);
          heirs.put(buffer, input);
          candidate.getValue().forEach(v -> pairs.add(new InPlace(output, v)));
          break;
        }
      }
    }
  }

  private static boolean isFree(Buffer buffer) {
    return switch (buffer.kind()) {
      case INPUT, TRANSIENT, PARAMETER -> true;
      case STATE, PERSISTENT, OUTPUT, WORKSPACE -> false;
    };
  }

  private static Units of(Buffers buffers, List<InPlace> pairs, Map<Buffer, Buffer> heirs) {
    List<Buffer> all = buffers.all();
    Map<Buffer, Integer> units = new HashMap<>();
    var intervals = new ArrayList<Interval>();
    // A buffer starts when the one it takes over ends, so by start every chain is in order.
    List<Buffer> byStart =
        all.stream().sorted(java.util.Comparator.comparingInt(Buffer::start)).toList();
    for (Buffer buffer : byStart) {
      Buffer before = heirs.get(buffer);
      Integer unit = before == null ? null : units.get(before);
      if (unit == null) {
        units.put(buffer, intervals.size());
        intervals.add(new Interval(buffer.alignedBytes(), buffer.start(), buffer.end()));
      } else {
        units.put(buffer, unit);
        Interval interval = intervals.get(unit);
        intervals.set(
            unit,
            new Interval(
                Math.max(interval.bytes(), buffer.alignedBytes()),
                interval.start(),
                Math.max(interval.end(), buffer.end())));
      }
    }
    List<Integer> members = all.stream().map(b -> units.getOrDefault(b, -1)).toList();
    return new Units(intervals, members, heirs, List.copyOf(pairs));
  }

  /**
   * Returns the largest sum of buffers alive at one time, bytes taken over counted once: no arena
   * can be smaller.
   */
  static long loadBound(Buffers buffers, Units units) {
    long[] live = new long[buffers.end() + 2];
    for (Buffer buffer : buffers.all()) {
      if (buffer.start() < buffer.end()) {
        live[buffer.start()] += buffer.alignedBytes();
        live[buffer.end()] -= buffer.alignedBytes();
      }
    }
    units.heirs.forEach((heir, giver) -> {
      long shared = Math.min(heir.alignedBytes(), giver.alignedBytes());
      live[heir.start()] -= shared;
      live[heir.start() + 1] += shared;
    });
    long bound = 0;
    for (int time = 0; time < live.length; time++) {
      live[time] += time == 0 ? 0 : live[time - 1];
      bound = Math.max(bound, live[time]);
    }
    return bound;
  }
}
