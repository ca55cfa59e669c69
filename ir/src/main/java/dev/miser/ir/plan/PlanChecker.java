package dev.miser.ir.plan;

import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.Place;
import dev.miser.ir.op.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks a plan without trusting its planner; shares no code with planning. What it holds:
 *
 * <ul>
 *   <li>Every buffer that the schedule needs is there once, of the right size and life, aligned,
 *       inside the arena; nothing else is.
 *   <li>No two buffers share a line while both have something there, save a dying input and the
 *       output that takes it over: such pairs are declared, and the catalogue says that the kernel
 *       allows them; and a state and its next value, as {@link Replacements} allows.
 *   <li>A kernel's outputs and workspace lie apart from each other and from all it reads, save such
 *       pairs.
 *   <li>Every read sees the bytes that were last written for it: {@link Replay}.
 *   <li>The numbers of the certificate: the naive total and the load bound are computed anew. A
 *       lower bound between the load bound and the arena is a claim of a search that nothing but
 *       that search can confirm; it is believed. Any other is refused.
 * </ul>
 *
 * <p>Takes n log n for n buffers and reads.
 */
public final class PlanChecker {
  private record Handover(Value heir, Value giver, int time) {}

  private final Plan plan;
  private final Schedule schedule;
  private final List<Step> timeline;
  private final KernelCatalog catalog;
  private final Aliases aliases;
  private final Lifetimes lifetimes;
  private final Places places;
  private final Set<Plan.InPlace> pairs;
  // Each once, though the step is replayed.
  private final Set<Diagnostic> diagnostics = new LinkedHashSet<>();

  private PlanChecker(Plan plan, KernelCatalog catalog) {
    this.plan = plan;
    this.schedule = plan.schedule();
    this.timeline = schedule.timeline();
    this.catalog = catalog;
    this.aliases = new Aliases(schedule);
    this.lifetimes = new Lifetimes(schedule, aliases);
    this.places = new Places(aliases);
    this.pairs = Set.copyOf(plan.inPlace());
  }

  /** Returns all violations of a plan over a legal schedule; empty if the plan is right. */
  public static List<Diagnostic> check(Plan plan, KernelCatalog catalog) {
    var checker = new PlanChecker(plan, catalog);
    checker.allocations();
    if (checker.diagnostics.isEmpty()) {
      checker.takeovers();
      long load = checker.occupancy();
      checker.kernels();
      new Replay(checker.schedule, checker.places, checker.lifetimes, checker::read).run();
      checker.certificate(load);
    }
    return List.copyOf(checker.diagnostics);
  }

  /** A buffer's name; that of a workspace may be the name of a value, or of another workspace. */
  private record Key(String name, int workspaceOf) {
    static Key of(Buffer buffer) {
      return new Key(buffer.name(), buffer.kind() == Buffer.Kind.WORKSPACE ? buffer.start() : -1);
    }
  }

  private void allocations() {
    Map<Key, Buffer> expected = new LinkedHashMap<>();
    for (Buffer buffer : lifetimes.all()) {
      expected.put(Key.of(buffer), buffer);
    }
    for (Plan.Allocation allocation : plan.allocations()) {
      Buffer buffer = allocation.buffer();
      long offset = allocation.offset();
      Buffer needed = expected.remove(Key.of(buffer));
      if (needed == null) {
        report(Code.PLAN_BUFFER, buffer.name(), text(buffer), "no such buffer, or one already");
        continue;
      }
      if (!needed.equals(buffer)) {
        report(Code.PLAN_BUFFER, buffer.name(), text(buffer), text(needed));
      }
      if (offset % Buffer.ALIGNMENT != 0) {
        report(Code.PLAN_ALIGNMENT, buffer.name(), offset, Buffer.ALIGNMENT);
      }
      if (offset < 0 || offset > plan.arenaBytes() - needed.bytes()) {
        report(Code.PLAN_BOUNDS, buffer.name(), offset, needed.bytes(), plan.arenaBytes());
      }
      places.put(needed, offset);
    }
    expected.values().forEach(missing -> report(Code.PLAN_MISSING, missing.name()));
  }

  private static String text(Buffer buffer) {
    return "%s of %s bytes, live [%s, %s)"
        .formatted(buffer.kind(), buffer.bytes(), buffer.start(), buffer.end());
  }

  /** Checks that each declared takeover is one, and that the kernel allows it. */
  private void takeovers() {
    for (Plan.InPlace pair : plan.inPlace()) {
      int time = lifetimes.definition(pair.output());
      boolean legal =
          time >= 0
              && timeline.get(time) instanceof Kernel kernel
              && kernel.inputs().contains(pair.input())
              && catalog
                  .overwrite(kernel, pair.output(), pair.input(), schedule.target())
                  .admits(places.of(pair.output()).address() - places.of(pair.input()).address());
      if (!legal) {
        report(Code.PLAN_IN_PLACE, time, pair.output().name(), pair.input().name());
      }
    }
  }

  /**
   * Checks that no two live buffers share a line, save where one hands it to the other, and returns
   * the load bound.
   */
  private long occupancy() {
    Set<Handover> handovers = new HashSet<>();
    for (Plan.InPlace pair : plan.inPlace()) {
      handovers.add(
          new Handover(
              aliases.of(pair.output()).root(),
              aliases.of(pair.input()).root(),
              lifetimes.definition(pair.output())));
    }
    var states = new Replacements(schedule, places);
    return Occupancy.check(
        stretches(),
        (heir, giver) -> {
          Value taker = lifetimes.root(heir.owner());
          Value given = lifetimes.root(giver.owner());
          int time = heir.lines().start();
          return taker != null
              && given != null
              && ((giver.lines().end() == time + 1
                      && handovers.contains(new Handover(taker, given, time)))
                  || states.isReplaced(given, taker, time));
        },
        (first, second, time) -> report(Code.PLAN_OVERLAP, first.name(), second.name(), time));
  }

  /** Returns which lines of the arena are alive when, and whose they are. */
  private List<Occupancy.Stretch> stretches() {
    var all = new ArrayList<Occupancy.Stretch>();
    for (Plan.Allocation allocation : plan.allocations()) {
      for (Extent extent : lifetimes.extents(allocation.buffer())) {
        all.add(new Occupancy.Stretch(allocation.buffer(), extent.plus(allocation.offset())));
      }
    }
    return all;
  }

  /** Checks that what a kernel writes lies apart from all it reads and writes, save takeovers. */
  private void kernels() {
    for (int time = 0; time < timeline.size(); time++) {
      if (timeline.get(time) instanceof Kernel kernel) {
        apart(kernel, time);
      }
    }
  }

  private void apart(Kernel kernel, int time) {
    Places.Workspace workspace = places.workspace(time);
    List<Places.Place> outputs = kernel.outputs().stream().map(places::of).toList();
    List<Places.Place> inputs = kernel.inputs().stream().map(places::of).toList();
    for (int i = 0; i < outputs.size(); i++) {
      Places.Place output = outputs.get(i);
      for (Places.Place other : outputs.subList(0, i)) {
        if (output.overlaps(other)) {
          report(Code.PLAN_OVERLAP, output.value().name(), other.value().name(), time);
        }
      }
      for (Places.Place input : inputs) {
        if (output.overlaps(input)
            && !pairs.contains(new Plan.InPlace(output.value(), input.value()))) {
          report(Code.PLAN_IN_PLACE, time, output.value().name(), input.value().name());
        }
      }
      scratch(output, workspace, time);
    }
    inputs.forEach(input -> scratch(input, workspace, time));
  }

  private void scratch(Places.Place place, Places.Workspace workspace, int time) {
    if (place.overlaps(workspace.address(), workspace.length())) {
      report(Code.PLAN_OVERLAP, place.value().name(), workspace.name(), time);
    }
  }

  private void read(int time, Value value, String found) {
    report(Code.PLAN_READ, time, value.name(), found);
  }

  private void certificate(long found) {
    Certificate claimed = plan.certificate();
    long load = claimed.loadBound();
    long lower = claimed.lowerBound();
    expect("naive", claimed.naiveBytes(), lifetimes.naiveBytes());
    expect("load_bound", load, found);
    if (lower < load || lower > plan.arenaBytes()) {
      String bounds = "a load bound of " + load + " and an arena of " + plan.arenaBytes();
      report(Code.PLAN_CERTIFICATE, "lower_bound", lower, bounds);
    }
    if (claimed.provedBy().equals(Certificate.LOAD) && lower != load) {
      String bound = "a load bound of " + load;
      report(Code.PLAN_CERTIFICATE, "the lower bound proved by load", lower, bound);
    }
    if (claimed.nodes() < 0) {
      report(Code.PLAN_CERTIFICATE, "nodes", claimed.nodes(), "that nobody visits less than 0");
    }
  }

  private void expect(String what, long claimed, long found) {
    if (claimed != found) {
      report(Code.PLAN_CERTIFICATE, what, claimed, found);
    }
  }

  private void report(Code code, Object... arguments) {
    diagnostics.add(Diagnostic.error(code, Place.NONE, arguments));
  }
}
