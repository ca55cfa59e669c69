package dev.miser.passes.memory;

import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Buffer;
import dev.miser.ir.plan.Buffers;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.KernelCatalog;
import dev.miser.ir.plan.Plan.InPlace;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.Step;
import dev.miser.passes.memory.packing.Item;
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
 * @param items what each unit needs, in multiples of the alignment
 * @param members for each buffer of the schedule, in order, the unit it belongs to
 * @param heirs from what takes over to what is taken over
 */
record Units(
    List<Item> items, List<Integer> members, Map<Buffer, Buffer> heirs, List<InPlace> inPlace) {
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
    var items = new ArrayList<Item>();
    // A buffer starts when the one it takes over ends, so by start every chain is in order.
    List<Buffer> byStart =
        all.stream().sorted(java.util.Comparator.comparingInt(Buffer::start)).toList();
    for (Buffer buffer : byStart) {
      Buffer before = heirs.get(buffer);
      Integer unit = before == null ? null : units.get(before);
      if (unit == null) {
        units.put(buffer, items.size());
        items.add(item(buffer.name(), buffer.alignedBytes(), buffer.start(), buffer.end()));
      } else {
        units.put(buffer, unit);
        Item item = items.get(unit);
        items.set(
            unit,
            item(
                item.name(),
                Math.max(item.size(), buffer.alignedBytes()),
                item.lower(),
                Math.max(item.upper(), buffer.end())));
      }
    }
    List<Integer> members = all.stream().map(b -> units.getOrDefault(b, -1)).toList();
    return new Units(items, members, heirs, List.copyOf(pairs));
  }

  private static Item item(String name, long bytes, long lower, long upper) {
    return Item.of(name, bytes, lower, upper).alignedTo(Buffer.ALIGNMENT);
  }

  /** Returns whether every buffer fills its unit: what is proved of units holds for the plan. */
  boolean areExact(Buffers buffers) {
    List<Buffer> all = buffers.all();
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).alignedBytes() != items.get(members.get(i)).size()) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns the largest sum of buffers alive at one time, bytes taken over counted once: no arena
   * can be smaller.
   */
  static long loadBound(Buffers buffers, Units units) {
    return Arrays.stream(LiveBytes.of(buffers, units.heirs)).max().orElse(0);
  }
}
