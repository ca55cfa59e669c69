package dev.miser.passes.memory;

import dev.miser.ir.func.StateUpdate;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Buffer;
import dev.miser.ir.plan.Buffers;
import dev.miser.ir.plan.Buffers.Placement;
import dev.miser.ir.plan.Extent;
import dev.miser.ir.plan.Failing;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.KernelCatalog;
import dev.miser.ir.plan.Overlap;
import dev.miser.ir.plan.Plan.InPlace;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.Step;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds which buffers could take over bytes of which: where a kernel writes a value at the very
 * time at which it reads, last of all, what lies there, and the catalogue admits the displacement.
 * The next value of a state may be written over the state itself once nothing reads that any more
 * and no kernel that may fail is to come: a step that fails leaves state as it was.
 */
final class Takeovers {
  /** A buffer that could begin {@code displacement} bytes behind another one. */
  record Candidate(Buffer heir, Buffer giver, long displacement, long bytes) {}

  private record Question(int time, Value output, Value input) {}

  private final Schedule schedule;
  private final Buffers buffers;
  private final KernelCatalog catalog;
  private final List<Step> timeline;
  private final Map<Question, Overlap> answers = new HashMap<>();
  private final Map<Buffer, List<Value>> kept = new HashMap<>();
  // From each state to its next value, where that fills a buffer.
  private final Map<Buffer, Buffer> successors = new LinkedHashMap<>();
  private final Map<Buffer, Integer> lastReads = new HashMap<>();
  private int lastFailure = -1;
  private final List<Candidate> candidates;

  Takeovers(Schedule schedule, Buffers buffers, KernelCatalog catalog) {
    this.schedule = schedule;
    this.buffers = buffers;
    this.catalog = catalog;
    this.timeline = schedule.timeline();
    schedule.results().forEach(this::keep);
    schedule.updates().stream().map(StateUpdate::next).forEach(this::keep);
    states();
    this.candidates = candidates();
  }

  private void states() {
    for (StateUpdate update : schedule.updates()) {
      Buffer state = buffers.of(update.state()).buffer();
      Placement next = buffers.of(update.next());
      if (next.offset() == 0 && next.buffer().bytes() == state.bytes()) {
        successors.put(state, next.buffer());
      }
    }
    for (int time = 0; time < timeline.size(); time++) {
      if (timeline.get(time) instanceof Kernel kernel) {
        for (Value input : kernel.inputs()) {
          lastReads.put(buffers.of(input).buffer(), time);
        }
        lastFailure = Failing.mayFail(kernel) ? time : lastFailure;
      }
    }
  }

  /** Returns whether the buffer is a state, and the other the next value that it takes. */
  boolean isReplaced(Buffer state, Buffer next) {
    return next.equals(successors.get(state));
  }

  /** Returns whether a state may be replaced line by line, and notes what is overwritten. */
  boolean replaces(Buffer next, Buffer state, Collection<InPlace> pairs) {
    int lastRead = lastReads.getOrDefault(state, -1);
    for (Extent extent : buffers.extents(next)) {
      int time = extent.start();
      if (time <= lastFailure
          || time < lastRead
          || (time == lastRead && !overwrites(time, next, state, 0, pairs))) {
        return false;
      }
    }
    return true;
  }

  private void keep(Value value) {
    kept.computeIfAbsent(buffers.of(value).buffer(), b -> new ArrayList<>()).add(value);
  }

  /** Returns what could be taken over: states, then in order of time, what saves most first. */
  List<Candidate> all() {
    return candidates;
  }

  private List<Candidate> candidates() {
    var all = new ArrayList<Candidate>();
    successors.forEach((state, next) -> all.add(new Candidate(next, state, 0, state.bytes())));
    for (int time = 0; time < timeline.size(); time++) {
      if (timeline.get(time) instanceof Kernel kernel) {
        var some = new ArrayList<Candidate>();
        for (Value output : kernel.outputs()) {
          for (Value input : kernel.inputs()) {
            candidate(kernel, time, output, input, some);
          }
        }
        some.sort(Comparator.comparingLong(c -> -c.bytes));
        all.addAll(some);
      }
    }
    return List.copyOf(all);
  }

  private void candidate(
      Kernel kernel, int time, Value output, Value input, List<Candidate> found) {
    Placement heir = buffers.of(output);
    Placement giver = buffers.of(input);
    if (heir.buffer().equals(giver.buffer())
        || output.type().byteCount() == 0
        || !dies(giver.buffer(), line(buffers, giver), time)) {
      return;
    }
    long distance =
        switch (answer(kernel, time, output, input)) {
          case Overlap.None none -> Long.MAX_VALUE;
          case Overlap.SamePlace same -> 0;
          case Overlap.UpTo(long most) -> Math.min(most, 0);
        };
    if (distance == Long.MAX_VALUE) {
      return;
    }
    // Buffers begin at multiples of the alignment.
    long wanted = giver.offset() + distance - heir.offset();
    long displacement = Math.floorDiv(wanted, Buffer.ALIGNMENT) * Buffer.ALIGNMENT;
    long from = displacement + heir.offset() - giver.offset();
    long common =
        Math.min(from + output.type().byteCount(), input.type().byteCount()) - Math.max(from, 0);
    if (common > 0 && answer(kernel, time, output, input).admits(from)) {
      found.add(new Candidate(heir.buffer(), giver.buffer(), displacement, common));
    }
  }

  private static Extent line(Buffers buffers, Placement placement) {
    for (Extent extent : buffers.extents(placement.buffer())) {
      if (extent.to() > placement.offset()) {
        return extent;
      }
    }
    return new Extent(0, 0, 0, 0);
  }

  private Overlap answer(Kernel kernel, int time, Value output, Value input) {
    return answers.computeIfAbsent(
        new Question(time, output, input),
        q -> catalog.overwrite(kernel, output, input, schedule.target()));
  }

  /** Returns whether nothing needs the lines after this time, in this or in any later step. */
  boolean dies(Buffer buffer, Extent extent, int time) {
    if (extent.end() != time + 1) {
      return false;
    }
    return extent.end() < buffers.end()
        || switch (buffer.kind()) {
          case INPUT, TRANSIENT, OUTPUT -> !isKept(buffer, extent);
          case PARAMETER -> time < buffers.initEnd();
          case STATE, PERSISTENT, WORKSPACE -> false;
        };
  }

  private boolean isKept(Buffer buffer, Extent extent) {
    for (Value value : kept.getOrDefault(buffer, List.of())) {
      long from = buffers.of(value).offset();
      if (from < extent.to() && extent.from() < from + value.type().byteCount()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns whether the kernel at this time may write the lines of {@code heir} over those of
   * {@code giver}, if it begins so many bytes behind it, and notes what it overwrites.
   */
  boolean overwrites(
      int time, Buffer heir, Buffer giver, long displacement, Collection<InPlace> pairs) {
    if (!(timeline.get(time) instanceof Kernel kernel)) {
      return false;
    }
    boolean any = false;
    for (Value output : kernel.outputs()) {
      Placement to = buffers.of(output);
      if (to.buffer().equals(heir)) {
        for (Value input : kernel.inputs()) {
          Placement from = buffers.of(input);
          long distance = displacement + to.offset() - from.offset();
          if (from.buffer().equals(giver)
              && distance < input.type().byteCount()
              && -distance < output.type().byteCount()) {
            if (!answer(kernel, time, output, input).admits(distance)) {
              return false;
            }
            pairs.add(new InPlace(output, input));
            any = true;
          }
        }
      }
    }
    return any;
  }
}
