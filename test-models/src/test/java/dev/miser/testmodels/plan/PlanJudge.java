package dev.miser.testmodels.plan;

import static java.util.Objects.requireNonNull;

import dev.miser.ir.func.Parameter;
import dev.miser.ir.func.Parameter.Role;
import dev.miser.ir.func.StateUpdate;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.AnalyticCatalog;
import dev.miser.ir.plan.Buffer;
import dev.miser.ir.plan.Certificate;
import dev.miser.ir.plan.Failing;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.KernelCatalog;
import dev.miser.ir.plan.Plan;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.Step;
import dev.miser.ir.plan.View;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Judges a plan by brute force: runs init and some steps on an arena in which each byte says which
 * byte of which value it is, and compares every byte that is read; and compares every two buffers
 * at every time. Slow and meant to be obvious; shares no code with planners or the plan checker.
 */
final class PlanJudge {
  private static final int STEPS = 3;
  private static final long NOTHING = 0;

  private final Plan plan;
  private final Schedule schedule;
  private final KernelCatalog catalog;
  private final List<Step> timeline;
  private final int initEnd;
  private final Placed placed;
  private final Lives lives;
  private final Map<String, Long> offsets = new HashMap<>();
  private final Map<Integer, Long> workspaces = new HashMap<>();
  private final List<String> complaints = new ArrayList<>();
  private final Map<Value, BitSet> loaded = new HashMap<>();
  private long[] arena = new long[0];
  private long nextByte = 1;

  private PlanJudge(Plan plan, KernelCatalog catalog) {
    this.plan = plan;
    this.schedule = plan.schedule();
    this.catalog = catalog;
    this.timeline = schedule.timeline();
    this.initEnd = schedule.init().size();
    this.placed = new Placed(schedule);
    this.lives = new Lives(schedule, placed);
  }

  /** Returns what is wrong with a plan over a legal schedule; empty if it is right. */
  static List<String> complaints(Plan plan, KernelCatalog catalog) {
    var judge = new PlanJudge(plan, catalog);
    judge.allocations();
    if (judge.complaints.isEmpty()) {
      judge.pairs();
      judge.live();
      judge.run();
      judge.certificate();
    }
    return judge.complaints;
  }

  /** Every buffer is there once, as it must be, at a place inside the arena. */
  private void allocations() {
    var needed = new ArrayList<>(lives.buffers());
    for (Plan.Allocation allocation : plan.allocations()) {
      Buffer buffer = allocation.buffer();
      long offset = allocation.offset();
      require(needed.remove(buffer), "no need for " + buffer);
      require(offset % 64 == 0, buffer.name() + " is not aligned");
      boolean fits =
          offset >= 0
              && offset <= plan.arenaBytes()
              && buffer.bytes() <= plan.arenaBytes() - offset;
      require(fits, buffer.name() + " is outside of the arena");
      if (buffer.kind() == Buffer.Kind.WORKSPACE) {
        workspaces.put(buffer.start(), offset);
      } else {
        offsets.put(buffer.name(), offset);
      }
    }
    require(needed.isEmpty(), "no place for " + needed);
  }

  /** Each declared takeover is of a kernel that allows it. */
  private void pairs() {
    for (Plan.InPlace pair : plan.inPlace()) {
      boolean isAllowed = false;
      for (Step step : timeline) {
        isAllowed |=
            step instanceof Kernel kernel
                && kernel.outputs().contains(pair.output())
                && kernel.inputs().contains(pair.input())
                && catalog
                    .overwrite(kernel, pair.output(), pair.input(), schedule.target())
                    .admits(address(pair.output()) - address(pair.input()));
      }
      require(isAllowed, pair + " is not allowed");
    }
  }

  /** No two buffers share a line while both are alive, save what one hands to the other. */
  private void live() {
    List<Plan.Allocation> all = plan.allocations();
    for (int time = 0; time < timeline.size(); time++) {
      for (int i = 0; i < all.size(); i++) {
        for (int j = 0; j < i; j++) {
          Plan.Allocation a = all.get(i);
          Plan.Allocation b = all.get(j);
          long from = Math.max(a.offset(), b.offset());
          long to = Math.min(a.offset() + a.buffer().bytes(), b.offset() + b.buffer().bytes());
          for (long line = from; line < to; line += 64) {
            if (lives.isAlive(a.buffer(), line - a.offset(), time)
                && lives.isAlive(b.buffer(), line - b.offset(), time)) {
              boolean handed = isHanded(a, b, line, time) || isHanded(b, a, line, time);
              require(handed, a + " and " + b + " overlap at " + time);
            }
          }
        }
      }
    }
  }

  private boolean isHanded(Plan.Allocation heir, Plan.Allocation giver, long line, int time) {
    boolean atOnce =
        lives.begins(heir.buffer(), line - heir.offset(), time)
            && lives.ends(giver.buffer(), line - giver.offset(), time);
    return (atOnce && isPair(heir, giver, time)) || isReplaced(heir, giver, line, time);
  }

  private boolean isPair(Plan.Allocation heir, Plan.Allocation giver, int time) {
    boolean isPair = false;
    for (Plan.InPlace pair : plan.inPlace()) {
      isPair |=
          timeline.get(time).outputs().contains(pair.output())
              && placed.outermost(pair.output()).holder().name().equals(heir.buffer().name())
              && placed.outermost(pair.input()).holder().name().equals(giver.buffer().name());
    }
    return isPair;
  }

  /** The next value of a state may lie over it when nothing reads it and nothing may fail later. */
  private boolean isReplaced(Plan.Allocation next, Plan.Allocation state, long line, int time) {
    boolean isNext = false;
    for (StateUpdate update : schedule.updates()) {
      Placed.Inside inside = placed.outermost(update.next());
      isNext |=
          update.state().name().equals(state.buffer().name())
              && inside.holder().name().equals(next.buffer().name())
              && inside.at() == 0
              && next.buffer().bytes() == state.buffer().bytes()
              && next.offset() == state.offset();
    }
    if (!isNext) {
      return false;
    }
    int born = time;
    while (lives.isAlive(next.buffer(), line - next.offset(), born - 1)) {
      born--;
    }
    for (int later = born; later < timeline.size(); later++) {
      if (timeline.get(later) instanceof Kernel kernel) {
        isNext &= !Failing.mayFail(kernel);
        for (Value input : kernel.inputs()) {
          String holder = placed.outermost(input).holder().name();
          isNext &= later == born || !holder.equals(state.buffer().name());
        }
      }
    }
    return isNext;
  }

  private static boolean meet(long a, long aBytes, long b, long bBytes) {
    return aBytes > 0 && bBytes > 0 && a < b + bBytes && b < a + aBytes;
  }

  private void run() {
    arena = new long[Math.toIntExact(plan.arenaBytes())];
    Map<Value, long[]> contents = new HashMap<>();
    for (Parameter parameter : schedule.parameters()) {
      contents.put(parameter.value(), invented(parameter.value().type().byteCount()));
    }
    for (int time = 0; time < initEnd; time++) {
      if (timeline.get(time) instanceof Kernel kernel) {
        kernel.inputs().forEach(input -> load(input, contents));
      }
      run(time, contents);
    }
    for (Parameter parameter : schedule.parameters()) {
      Value value = parameter.value();
      boolean kept = parameter.role() != Role.INPUT && !lives.isForInit(value);
      if (kept && offsets.containsKey(value.name())) {
        load(value, contents);
      }
    }
    for (int step = 0; step < STEPS; step++) {
      step(contents);
    }
  }

  /** Loads what is wanted of a parameter: each byte once, all at once if steps need it too. */
  private void load(Value wanted, Map<Value, long[]> contents) {
    Placed.Inside inside = placed.outermost(wanted);
    Value holder = inside.holder();
    if (lives.role(holder) == Role.PARAM || lives.role(holder) == Role.STATE) {
      boolean all = !lives.isForInit(holder);
      long first = all ? 0 : inside.at();
      long count = (all ? holder : wanted).type().byteCount();
      BitSet there = loaded.computeIfAbsent(holder, h -> new BitSet());
      long[] content = requireNonNull(contents.get(holder));
      for (int at = (int) first; at < first + count; at++) {
        if (!there.get(at)) {
          arena[(int) address(holder) + at] = content[at];
          there.set(at);
        }
      }
    }
  }

  private void step(Map<Value, long[]> contents) {
    List<Value> inputs = lives.parameters(Role.INPUT);
    inputs.forEach(input -> write(input, contents));
    // In whatever order they are given.
    inputs.forEach(input -> read(input, contents, "input"));
    for (int time = initEnd; time < timeline.size(); time++) {
      run(time, contents);
    }
    Map<Value, long[]> states = new LinkedHashMap<>();
    for (StateUpdate update : schedule.updates()) {
      states.put(update.state(), contents.get(update.next()));
      int from = Math.toIntExact(address(update.next()));
      int to = Math.toIntExact(address(update.state()));
      System.arraycopy(arena, from, arena, to, Math.toIntExact(update.state().type().byteCount()));
    }
    schedule.results().forEach(result -> read(result, contents, "caller"));
    contents.putAll(states);
    lives.parameters(Role.STATE).forEach(state -> read(state, contents, "state"));
  }

  private void run(int time, Map<Value, long[]> contents) {
    switch (timeline.get(time)) {
      case View view -> contents.put(view.instruction().result(), Placed.content(view, contents));
      case Kernel kernel -> {
        kernel.inputs().forEach(input -> read(input, contents, "step " + time));
        apart(kernel, time);
        Long workspace = workspaces.get(time);
        if (workspace != null) {
          fresh(workspace, kernel.workspaceBytes());
        }
        kernel.outputs().forEach(output -> write(output, contents));
      }
    }
  }

  /** A kernel may write and read in any order, so nothing it writes shares a byte with others. */
  private void apart(Kernel kernel, int time) {
    for (Value output : kernel.outputs()) {
      for (Value other : kernel.outputs()) {
        require(
            output.equals(other) || !meet(output, other), output + " and " + other + " overlap");
      }
      for (Value input : kernel.inputs()) {
        require(
            !meet(output, input) || plan.inPlace().contains(new Plan.InPlace(output, input)),
            output + " overwrites " + input);
      }
    }
    Long workspace = workspaces.get(time);
    if (workspace != null) {
      var values = new ArrayList<>(kernel.inputs());
      values.addAll(kernel.outputs());
      for (Value value : values) {
        boolean meets =
            meet(address(value), value.type().byteCount(), workspace, kernel.workspaceBytes());
        require(!meets, value + " lies in the workspace");
      }
    }
  }

  private boolean meet(Value a, Value b) {
    return meet(address(a), a.type().byteCount(), address(b), b.type().byteCount());
  }

  private long address(Value value) {
    Placed.Inside inside = placed.outermost(value);
    return offsets.getOrDefault(inside.holder().name(), 0L) + inside.at();
  }

  /** Gives a value new bytes, and writes them to the arena. */
  private void write(Value value, Map<Value, long[]> contents) {
    contents.put(value, fresh(address(value), value.type().byteCount()));
  }

  private long[] fresh(long address, long count) {
    long[] bytes = invented(count);
    store(address, bytes);
    return bytes;
  }

  private long[] invented(long count) {
    long[] bytes = new long[Math.toIntExact(count)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = nextByte++;
    }
    return bytes;
  }

  private void store(long address, long[] bytes) {
    System.arraycopy(bytes, 0, arena, Math.toIntExact(address), bytes.length);
  }

  private void read(Value value, Map<Value, long[]> contents, String reader) {
    long[] expected = requireNonNull(contents.get(value));
    int address = Math.toIntExact(address(value));
    for (int i = 0; i < expected.length; i++) {
      if (arena[address + i] != expected[i]) {
        String found = arena[address + i] == NOTHING ? "nothing" : "other bytes";
        complaints.add(reader + " finds " + found + " at byte " + i + " of " + value);
        return;
      }
    }
  }

  private void certificate() {
    Certificate found = numbers();
    Certificate claimed = plan.certificate();
    require(found.naiveBytes() == claimed.naiveBytes(), "naive: " + found);
    require(found.loadBound() == claimed.loadBound(), "load bound: " + found);
    long bound = claimed.lowerBound();
    require(found.loadBound() <= bound && bound <= plan.arenaBytes(), "no bound: " + bound);
  }

  /** Returns the plan with the certificate that the judge finds. */
  static Plan withTrueNumbers(Plan plan) {
    return PlanEdits.with(plan, new PlanJudge(plan, new AnalyticCatalog()).numbers());
  }

  private Certificate numbers() {
    long naive = 0;
    for (Buffer buffer : lives.buffers()) {
      naive += lines(buffer.bytes());
    }
    long load = 0;
    for (int time = 0; time < timeline.size(); time++) {
      load = Math.max(load, load(time));
    }
    return Certificate.ofLoad(naive, load, "judge");
  }

  /** Returns how many bytes hold something; what is handed over counts once. */
  private long load(int time) {
    long load = 0;
    for (Plan.Allocation heir : plan.allocations()) {
      for (long line = 0; line < heir.buffer().bytes(); line += 64) {
        if (lives.isAlive(heir.buffer(), line, time)) {
          load += 64;
          for (Plan.Allocation giver : plan.allocations()) {
            long at = heir.offset() + line;
            boolean inside = giver.offset() <= at && at < giver.offset() + giver.buffer().bytes();
            if (inside && isHanded(heir, giver, at, time)) {
              load -= 64;
            }
          }
        }
      }
    }
    return load;
  }

  private static long lines(long bytes) {
    return (bytes + 63) / 64 * 64;
  }

  private void require(boolean holds, String complaint) {
    if (!holds) {
      complaints.add(complaint);
    }
  }
}
