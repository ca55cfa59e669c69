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
import java.util.Arrays;
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
    return new Takeovers(schedule, buffers, catalog).run();
  }

  /** Finds what may take over what. */
  private static final class Takeovers {
    private final Schedule schedule;
    private final Buffers buffers;
    private final KernelCatalog catalog;
    private final Set<Buffer> kept = new HashSet<>();
    private final List<InPlace> pairs = new ArrayList<>();
    private final Map<Buffer, Buffer> heirs = new HashMap<>();

    Takeovers(Schedule schedule, Buffers buffers, KernelCatalog catalog) {
      this.schedule = schedule;
      this.buffers = buffers;
      this.catalog = catalog;
      schedule.results().forEach(r -> kept.add(buffers.of(r).buffer()));
      schedule.updates().forEach(u -> kept.add(buffers.of(u.next()).buffer()));
    }

    Units run() {
      List<Step> timeline = schedule.timeline();
      for (int time = 0; time < timeline.size(); time++) {
        if (timeline.get(time) instanceof Kernel kernel) {
          takeOver(kernel, time);
        }
      }
      return of(buffers, pairs, heirs);
    }

    private void takeOver(Kernel kernel, int time) {
      Map<Buffer, List<Value>> dying = new LinkedHashMap<>();
      for (Value input : kernel.inputs()) {
        Buffer buffer = buffers.of(input).buffer();
        if (dies(buffer, time)) {
          dying.computeIfAbsent(buffer, b -> new ArrayList<>()).add(input);
        }
      }
      for (Value output : kernel.outputs()) {
        Buffer heir = buffers.of(output).buffer();
        if (heir.start() == time && heir.bytes() > 0 && buffers.of(output).offset() == 0) {
          for (Map.Entry<Buffer, List<Value>> giver : dying.entrySet()) {
            if (heir.bytes() <= giver.getKey().bytes()
                && mayOverwrite(kernel, output, giver.getValue())) {
              heirs.put(heir, giver.getKey());
              giver.getValue().forEach(v -> pairs.add(new InPlace(output, v)));
              dying.remove(giver.getKey());
              break;
            }
          }
        }
      }
    }

    /** Returns whether nothing needs the buffer after this time, in this or in any later step. */
    private boolean dies(Buffer buffer, int time) {
      return buffer.end() == time + 1
          && switch (buffer.kind()) {
            case INPUT, TRANSIENT -> !kept.contains(buffer);
            case PARAMETER -> time < buffers.initEnd();
            case STATE, PERSISTENT, OUTPUT, WORKSPACE -> false;
          };
    }

    private boolean mayOverwrite(Kernel kernel, Value output, List<Value> inputs) {
      return inputs.stream()
          .allMatch(input ->
              buffers.of(input).offset() == 0 && catalog.mayOverwrite(kernel, output, input));
    }
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
    return Arrays.stream(LiveBytes.of(buffers, units.heirs)).max().orElse(0);
  }
}
