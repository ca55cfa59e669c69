package dev.miser.testmodels.plan;

import dev.miser.ir.diag.Code;
import dev.miser.ir.func.StateUpdate;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Buffer;
import dev.miser.ir.plan.Certificate;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.Plan;
import dev.miser.ir.plan.Plan.Allocation;
import dev.miser.ir.plan.Plan.InPlace;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.ScheduleVerifier;
import dev.miser.ir.plan.View;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Breaks a right plan so that it is wrong by construction, and says which rule it breaks. */
final class PlanMutants {
  /** What is done to a plan, and the code that it has to be refused with. */
  enum Kind {
    MOVED_ONTO_A_LIVE_BUFFER(Code.PLAN_OVERLAP),
    SWAPPED_ONTO_A_LIVE_BUFFER(Code.PLAN_OVERLAP),
    WORKSPACE_ONTO_WHAT_ITS_KERNEL_USES(Code.PLAN_OVERLAP),
    SHRUNK_ARENA(Code.PLAN_BOUNDS),
    NO_ARENA(Code.PLAN_BOUNDS),
    BELOW_THE_ARENA(Code.PLAN_BOUNDS),
    FAR_BEHIND_THE_ARENA(Code.PLAN_BOUNDS),
    MISALIGNED(Code.PLAN_ALIGNMENT),
    PAIR_REMOVED(Code.PLAN_IN_PLACE),
    PAIR_OF_STRANGERS(Code.PLAN_IN_PLACE),
    PAIR_REVERSED(Code.PLAN_IN_PLACE),
    PAIR_APART(Code.PLAN_IN_PLACE),
    ALLOCATION_DROPPED(Code.PLAN_MISSING),
    ALLOCATION_TWICE(Code.PLAN_BUFFER),
    ALLOCATION_OF_NOTHING(Code.PLAN_BUFFER),
    WRONG_SIZE(Code.PLAN_BUFFER),
    WRONG_LIFE(Code.PLAN_BUFFER),
    WRONG_KIND(Code.PLAN_BUFFER),
    STEPS_REORDERED(Code.PLAN_BUFFER),
    WRONG_NAIVE_TOTAL(Code.PLAN_CERTIFICATE),
    WRONG_LOAD_BOUND(Code.PLAN_CERTIFICATE),
    LOWER_BOUND_BELOW_THE_LOAD(Code.PLAN_CERTIFICATE),
    LOWER_BOUND_ABOVE_THE_ARENA(Code.PLAN_CERTIFICATE),
    MORE_THAN_LOAD_PROVED_BY_LOAD(Code.PLAN_CERTIFICATE),
    FEWER_NODES_THAN_NONE(Code.PLAN_CERTIFICATE);

    private final Code code;

    Kind(Code code) {
      this.code = code;
    }

    Code code() {
      return code;
    }
  }

  private final Plan plan;
  private final Random random;
  private final List<Allocation> all;
  private final Placed placed;

  private PlanMutants(Plan plan, Random random) {
    this.plan = plan;
    this.random = random;
    this.all = plan.allocations();
    this.placed = new Placed(plan.schedule());
  }

  /** Returns the plan broken in one way, or null if it offers no chance for that. */
  static @Nullable Plan mutant(Plan plan, Kind kind, Random random) {
    return new PlanMutants(plan, random).make(kind);
  }

  private @Nullable Plan make(Kind kind) {
    int one = random.nextInt(all.size());
    Certificate c = plan.certificate();
    long more = 64L * (1 + random.nextInt(5));
    return switch (kind) {
      case MOVED_ONTO_A_LIVE_BUFFER -> onto(one);
      case SWAPPED_ONTO_A_LIVE_BUFFER -> swapped(one);
      case WORKSPACE_ONTO_WHAT_ITS_KERNEL_USES -> workspaceOnto();
      case SHRUNK_ARENA -> {
        long end = all.stream().mapToLong(Allocation::end).max().orElse(0);
        yield PlanEdits.withArena(plan, random.nextLong(end));
      }
      case NO_ARENA -> PlanEdits.withArena(plan, -random.nextLong(1000));
      case BELOW_THE_ARENA -> PlanEdits.withOffset(plan, one, -more);
      case FAR_BEHIND_THE_ARENA ->
          PlanEdits.withOffset(plan, one, Long.MAX_VALUE - 63 - 64L * random.nextInt(1000));
      case MISALIGNED ->
          PlanEdits.withOffset(plan, one, all.get(one).offset() + 1 + random.nextInt(63));
      case PAIR_REMOVED -> pairRemoved();
      case PAIR_OF_STRANGERS -> strangers();
      case PAIR_REVERSED -> withPair(PlanMutants::reversed);
      case PAIR_APART -> apart();
      case ALLOCATION_DROPPED -> {
        var fewer = new ArrayList<>(all);
        fewer.remove(one);
        yield PlanEdits.with(plan, fewer);
      }
      case ALLOCATION_TWICE -> withMore(all.get(one));
      case ALLOCATION_OF_NOTHING ->
          withMore(new Allocation(new Buffer("of.nothing", Buffer.Kind.TRANSIENT, 64, 0, 1), 0));
      case WRONG_SIZE -> withBuffer(one, b -> changed(b, b.bytes() + (b.bytes() > 0 ? -1 : 1)));
      case WRONG_LIFE -> withBuffer(one, this::otherLife);
      case WRONG_KIND -> withBuffer(one, this::otherKind);
      case STEPS_REORDERED -> reordered();
      case WRONG_NAIVE_TOTAL -> numbers(c.naiveBytes() + more, c.loadBound(), c.lowerBound());
      case WRONG_LOAD_BOUND ->
          random.nextBoolean() && c.loadBound() >= more
              ? numbers(c.naiveBytes(), c.loadBound() - more, c.lowerBound())
              : numbers(c.naiveBytes(), c.loadBound() + more, c.lowerBound());
      case LOWER_BOUND_BELOW_THE_LOAD ->
          numbers(c.naiveBytes(), c.loadBound(), c.loadBound() - more);
      case LOWER_BOUND_ABOVE_THE_ARENA ->
          numbers(c.naiveBytes(), c.loadBound(), plan.arenaBytes() + more);
      case MORE_THAN_LOAD_PROVED_BY_LOAD ->
          numbers(c.naiveBytes(), c.loadBound(), c.loadBound() + more, Certificate.LOAD, 0);
      case FEWER_NODES_THAN_NONE ->
          numbers(c.naiveBytes(), c.loadBound(), c.lowerBound(), "mutant", -more);
    };
  }

  /** Moves a buffer so that it shares bytes with one that is alive while it is. */
  private @Nullable Plan onto(int moved) {
    int other = random.nextInt(all.size());
    Buffer a = all.get(moved).buffer();
    Buffer b = all.get(other).buffer();
    if (moved == other || !overlapForbidden(a, b)) {
      return null;
    }
    long offset = all.get(other).offset() + random.nextLong(b.bytes()) / 64 * 64;
    long arena = Math.max(plan.arenaBytes(), offset + a.bytes());
    return PlanEdits.withArena(PlanEdits.withOffset(plan, moved, offset), arena);
  }

  /** Returns whether two buffers may share no byte, however they lie. */
  private boolean overlapForbidden(Buffer a, Buffer b) {
    if (livesInParts(a) || livesInParts(b)) {
      return false;
    }
    int common = Math.min(a.end(), b.end()) - Math.max(a.start(), b.start());
    boolean isPair = false;
    for (InPlace pair : plan.inPlace()) {
      var names = Set.of(holder(pair.output()), holder(pair.input()));
      isPair |= names.contains(a.name()) && names.contains(b.name());
    }
    boolean isState = false;
    for (StateUpdate update : plan.schedule().updates()) {
      var names = Set.of(update.state().name(), holder(update.next()));
      isState |= names.contains(a.name()) && names.contains(b.name());
    }
    // What meets at more than one time is no takeover, save of a state by its next value.
    return a.bytes() > 0 && b.bytes() > 0 && !isState && (common > 1 || (common == 1 && !isPair));
  }

  /** Returns whether lines of a buffer may be free while others are in use: views cut it. */
  private boolean livesInParts(Buffer buffer) {
    return plan.schedule().timeline().stream()
        .filter(step -> step instanceof View)
        .flatMap(step -> step.outputs().stream())
        .anyMatch(view -> holder(view).equals(buffer.name()));
  }

  private String holder(Value value) {
    return placed.outermost(value).holder().name();
  }

  private @Nullable Plan swapped(int one) {
    int other = random.nextInt(all.size());
    Plan swapped = PlanEdits.swap(plan, one, other);
    List<Allocation> moved = swapped.allocations();
    boolean isWrong = false;
    for (int i = 0; i < moved.size(); i++) {
      for (int j = 0; j < i; j++) {
        Allocation a = moved.get(i);
        Allocation b = moved.get(j);
        boolean meet = a.offset() < b.end() && b.offset() < a.end();
        isWrong |= meet && overlapForbidden(a.buffer(), b.buffer());
      }
    }
    return isWrong && inside(swapped) ? swapped : null;
  }

  private static boolean inside(Plan plan) {
    return plan.allocations().stream().allMatch(a -> a.end() <= plan.arenaBytes());
  }

  private @Nullable Plan workspaceOnto() {
    for (int i = 0; i < all.size(); i++) {
      Buffer workspace = all.get(i).buffer();
      if (workspace.kind() == Buffer.Kind.WORKSPACE
          && plan.schedule().timeline().get(workspace.start()) instanceof Kernel kernel) {
        var used = new ArrayList<>(kernel.inputs());
        used.addAll(kernel.outputs());
        Value value = used.get(random.nextInt(used.size()));
        for (Allocation allocation : all) {
          Buffer buffer = allocation.buffer();
          boolean holds = buffer.name().equals(value.name()) && buffer.bytes() > 0;
          if (holds && buffer.kind() != Buffer.Kind.WORKSPACE) {
            Plan moved = PlanEdits.withOffset(plan, i, allocation.offset());
            return inside(moved) ? moved : PlanEdits.withArena(moved, 2 * plan.arenaBytes());
          }
        }
      }
    }
    return null;
  }

  private @Nullable Plan pairRemoved() {
    var pairs = new ArrayList<>(plan.inPlace());
    if (pairs.isEmpty()) {
      return null;
    }
    pairs.remove(random.nextInt(pairs.size()));
    return PlanEdits.withPairs(plan, pairs);
  }

  /** Adds a pair of which the kernel does not read the input. */
  private @Nullable Plan strangers() {
    var timeline = plan.schedule().timeline();
    if (!(timeline.get(random.nextInt(timeline.size())) instanceof Kernel kernel)) {
      return null;
    }
    var values = new ArrayList<Value>();
    plan.schedule().parameters().forEach(p -> values.add(p.value()));
    timeline.forEach(step -> values.addAll(step.outputs()));
    values.removeAll(kernel.inputs());
    Value input = values.get(random.nextInt(values.size()));
    return withPair(pair -> new InPlace(kernel.outputs().getFirst(), input));
  }

  private static InPlace reversed(InPlace pair) {
    Value output = pair.input();
    Value input = pair.output();
    return new InPlace(output, input);
  }

  private @Nullable Plan withPair(UnaryOperator<InPlace> change) {
    var pairs = new ArrayList<>(plan.inPlace());
    Value any = plan.schedule().parameters().getFirst().value();
    InPlace changed =
        change.apply(
            pairs.isEmpty() ? new InPlace(any, any) : pairs.get(random.nextInt(pairs.size())));
    pairs.add(changed);
    return PlanEdits.withPairs(plan, pairs);
  }

  /** Moves the output of a pair behind the arena, which grows. */
  private @Nullable Plan apart() {
    if (plan.inPlace().isEmpty()) {
      return null;
    }
    InPlace pair = plan.inPlace().get(random.nextInt(plan.inPlace().size()));
    for (int i = 0; i < all.size(); i++) {
      Buffer buffer = all.get(i).buffer();
      if (buffer.name().equals(pair.output().name())) {
        long end = (plan.arenaBytes() + 63) / 64 * 64;
        return PlanEdits.withArena(PlanEdits.withOffset(plan, i, end), end + buffer.bytes());
      }
    }
    return null;
  }

  private Plan withMore(Allocation allocation) {
    var more = new ArrayList<>(all);
    more.add(random.nextInt(more.size()), allocation);
    return PlanEdits.with(plan, more);
  }

  private Plan withBuffer(int index, UnaryOperator<Buffer> change) {
    var changed = new ArrayList<>(all);
    Allocation old = all.get(index);
    changed.set(index, new Allocation(change.apply(old.buffer()), old.offset()));
    return PlanEdits.with(plan, changed);
  }

  private static Buffer changed(Buffer buffer, long bytes) {
    return new Buffer(buffer.name(), buffer.kind(), bytes, buffer.start(), buffer.end());
  }

  private Buffer otherLife(Buffer b) {
    int change = random.nextBoolean() ? 1 : -1;
    boolean atStart = random.nextBoolean();
    // The life of a workspace is also its name.
    return atStart && b.kind() != Buffer.Kind.WORKSPACE
        ? new Buffer(b.name(), b.kind(), b.bytes(), b.start() + change, b.end())
        : new Buffer(b.name(), b.kind(), b.bytes(), b.start(), b.end() + change);
  }

  private Buffer otherKind(Buffer b) {
    var kinds = EnumSet.complementOf(EnumSet.of(b.kind()));
    Buffer.Kind other = List.copyOf(kinds).get(random.nextInt(kinds.size()));
    return new Buffer(b.name(), other, b.bytes(), b.start(), b.end());
  }

  /** Exchanges two steps that may be exchanged, but leaves every life as it was. */
  private @Nullable Plan reordered() {
    Schedule schedule = plan.schedule();
    if (schedule.steps().size() < 2) {
      return null;
    }
    var steps = new ArrayList<>(schedule.steps());
    int at = random.nextInt(steps.size() - 1);
    Collections.swap(steps, at, at + 1);
    Schedule changed = schedule.withSteps(schedule.init(), steps);
    boolean legal = ScheduleVerifier.verify(changed).isEmpty();
    boolean otherLives =
        !new Lives(changed, new Placed(changed))
            .buffers()
            .containsAll(all.stream().map(Allocation::buffer).toList());
    return legal && otherLives
        ? new Plan(changed, all, plan.inPlace(), plan.arenaBytes(), plan.certificate())
        : null;
  }

  private Plan numbers(long naive, long load, long lower) {
    return numbers(naive, load, lower, "mutant", 0);
  }

  private Plan numbers(long naive, long load, long lower, String provedBy, long nodes) {
    return PlanEdits.with(
        plan,
        new Certificate(naive, load, lower, "mutant", provedBy, nodes, Certificate.Stop.DONE));
  }
}
