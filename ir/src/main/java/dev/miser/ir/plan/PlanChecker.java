package dev.miser.ir.plan;

import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.Place;
import dev.miser.ir.func.Parameter.Role;
import dev.miser.ir.func.StateUpdate;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Aliases.Bytes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks a plan without trusting its planner: replays init and two steps symbolically over the
 * bytes of the arena, so that every read sees what was written for it; and computes the certificate
 * anew. It shares no code with planning.
 */
public final class PlanChecker {
  private static final int REPLAYED_STEPS = 2;

  private final Plan plan;
  private final Schedule schedule;
  private final KernelCatalog catalog;
  private final Aliases aliases;
  private final Lifetimes lifetimes;
  private final Set<Plan.InPlace> takeovers;
  private final Map<Value, Role> parameters = new LinkedHashMap<>();
  private final Map<String, Long> offsets = new HashMap<>();
  private final Map<Integer, Long> workspaces = new HashMap<>();
  private final Contents contents = new Contents();
  private final Map<Value, Integer> stateEpochs = new HashMap<>();
  private int epoch = 0;
  // Each once, though the step is replayed.
  private final Set<Diagnostic> diagnostics = new LinkedHashSet<>();

  private PlanChecker(Plan plan, KernelCatalog catalog) {
    this.plan = plan;
    this.schedule = plan.schedule();
    this.catalog = catalog;
    this.aliases = new Aliases(schedule);
    this.lifetimes = new Lifetimes(schedule, aliases);
    this.takeovers = Set.copyOf(plan.inPlace());
    schedule.parameters().forEach(p -> parameters.put(p.value(), p.role()));
  }

  /** Returns all violations of a plan over a legal schedule; empty if the plan is right. */
  public static List<Diagnostic> check(Plan plan, KernelCatalog catalog) {
    var checker = new PlanChecker(plan, catalog);
    checker.buffers();
    if (checker.diagnostics.isEmpty()) {
      checker.takeovers();
      checker.replay();
      checker.certificate();
    }
    return List.copyOf(checker.diagnostics);
  }

  private void buffers() {
    Map<String, Buffer> expected = new LinkedHashMap<>();
    for (Buffer buffer : lifetimes.all()) {
      expected.put(key(buffer), buffer);
    }
    for (Plan.Allocation allocation : plan.allocations()) {
      Buffer buffer = allocation.buffer();
      Buffer needed = expected.remove(key(buffer));
      if (needed == null) {
        report(Code.PLAN_CERTIFICATE, "buffer " + buffer.name(), "needed", "no use for it");
        continue;
      }
      if (!needed.equals(buffer)) {
        report(Code.PLAN_CERTIFICATE, "buffer " + buffer.name(), buffer, needed);
      }
      if (allocation.offset() % Buffer.ALIGNMENT != 0) {
        report(Code.PLAN_ALIGNMENT, buffer.name(), allocation.offset(), Buffer.ALIGNMENT);
      }
      if (allocation.offset() < 0 || needed.bytes() > plan.arenaBytes() - allocation.offset()) {
        report(
            Code.PLAN_BOUNDS,
            buffer.name(),
            allocation.offset() + needed.bytes(),
            plan.arenaBytes());
      }
      if (buffer.kind() == Buffer.Kind.WORKSPACE) {
        workspaces.put(buffer.start(), allocation.offset());
      } else {
        offsets.put(buffer.name(), allocation.offset());
      }
    }
    expected.values().forEach(missing -> report(Code.PLAN_MISSING, missing.name()));
  }

  private static String key(Buffer buffer) {
    return buffer.kind() == Buffer.Kind.WORKSPACE
        ? buffer.start() + " " + buffer.name()
        : buffer.name();
  }

  private long address(Value value) {
    Bytes bytes = aliases.of(value);
    return offsets.getOrDefault(bytes.root().name(), 0L) + bytes.offset();
  }

  /** Checks that each declared takeover is one, and that the kernel allows it. */
  private void takeovers() {
    List<Step> timeline = schedule.timeline();
    for (Plan.InPlace pair : plan.inPlace()) {
      int time = lifetimes.definition(pair.output());
      boolean legal =
          time >= 0
              && timeline.get(time) instanceof Kernel kernel
              && kernel.inputs().contains(pair.input())
              && address(pair.output()) == address(pair.input())
              && catalog.mayOverwrite(kernel, pair.output(), pair.input());
      if (!legal) {
        report(Code.PLAN_IN_PLACE, time, pair.output().name(), pair.input().name());
      }
    }
  }

  private void replay() {
    List<Step> init = schedule.init();
    Set<Value> loaded = new HashSet<>();
    for (int time = 0; time < init.size(); time++) {
      // A parameter arrives right before the first step of init that reads it.
      for (Value input : init.get(time).inputs()) {
        if (parameters.containsKey(input) && loaded.add(input)) {
          give(input);
        }
      }
      run(init.get(time), time);
    }
    parameters.forEach((value, role) -> {
      if (role != Role.INPUT && offsets.containsKey(value.name()) && loaded.add(value)) {
        give(value);
      }
    });
    int end = init.size() + schedule.steps().size();
    for (epoch = 1; epoch <= REPLAYED_STEPS; epoch++) {
      parameters.forEach((value, role) -> {
        if (role == Role.INPUT) {
          give(value);
        }
      });
      for (int i = 0; i < schedule.steps().size(); i++) {
        run(schedule.steps().get(i), init.size() + i);
      }
      schedule.results().forEach(result -> read(result, end));
      for (StateUpdate update : schedule.updates()) {
        read(update.next(), end);
        stateEpochs.merge(update.state(), 1, Integer::sum);
        give(update.state());
      }
    }
    parameters.forEach((value, role) -> {
      if (role == Role.STATE) {
        read(value, end);
      }
    });
  }

  /** Returns how often the bytes of a root have been made anew so far. */
  private int epoch(Value root) {
    if (parameters.get(root) == Role.STATE) {
      return stateEpochs.getOrDefault(root, 0);
    }
    return lifetimes.isSameForAllSteps(root) ? 0 : epoch;
  }

  /** Writes a parameter from outside of the program. */
  private void give(Value value) {
    contents.write(address(value), value.type().byteCount(), value, 0, epoch(value));
  }

  private void run(Step step, int time) {
    if (!(step instanceof Kernel kernel)) {
      return;
    }
    kernel.inputs().forEach(input -> read(input, time));
    apart(kernel, time);
    Long workspace = workspaces.get(time);
    if (workspace != null) {
      contents.write(workspace, kernel.workspaceBytes(), null, 0, 0);
    }
    for (Value output : kernel.outputs()) {
      Bytes bytes = aliases.of(output);
      contents.write(
          address(output), bytes.length(), bytes.root(), bytes.offset(), epoch(bytes.root()));
    }
  }

  private void read(Value value, int time) {
    Bytes bytes = aliases.of(value);
    String found =
        contents.mismatch(
            address(value), bytes.length(), bytes.root(), bytes.offset(), epoch(bytes.root()));
    if (found != null) {
      report(Code.PLAN_READ, time, value.name(), found);
    }
  }

  /** Checks that what a kernel writes lies apart from all it reads and writes, save takeovers. */
  private void apart(Kernel kernel, int time) {
    Long workspace = workspaces.get(time);
    List<Value> outputs = kernel.outputs();
    for (int i = 0; i < outputs.size(); i++) {
      Value output = outputs.get(i);
      for (Value other : outputs.subList(0, i)) {
        if (overlap(address(output), size(output), address(other), size(other))) {
          report(Code.PLAN_OVERLAP, output.name(), other.name(), time);
        }
      }
      for (Value input : kernel.inputs()) {
        if (overlap(address(output), size(output), address(input), size(input))
            && !takeovers.contains(new Plan.InPlace(output, input))) {
          report(Code.PLAN_IN_PLACE, time, output.name(), input.name());
        }
      }
      if (workspace != null
          && overlap(address(output), size(output), workspace, kernel.workspaceBytes())) {
        report(Code.PLAN_OVERLAP, output.name(), output.name() + ".workspace", time);
      }
    }
    if (workspace != null) {
      for (Value input : kernel.inputs()) {
        if (overlap(address(input), size(input), workspace, kernel.workspaceBytes())) {
          report(Code.PLAN_OVERLAP, input.name(), outputs.getFirst().name() + ".workspace", time);
        }
      }
    }
  }

  private static long size(Value value) {
    return value.type().byteCount();
  }

  private static boolean overlap(long a, long aBytes, long b, long bBytes) {
    return aBytes > 0 && bBytes > 0 && a < b + bBytes && b < a + aBytes;
  }

  private void certificate() {
    Certificate claimed = plan.certificate();
    expect("naive", claimed.naiveBytes(), lifetimes.naiveBytes());
    expect("load_bound", claimed.loadBound(), lifetimes.loadBound(plan.inPlace()));
    if (claimed.lowerBound() < claimed.loadBound() || claimed.lowerBound() > plan.arenaBytes()) {
      report(
          Code.PLAN_CERTIFICATE,
          "lower_bound",
          claimed.lowerBound(),
          "a load bound of " + claimed.loadBound() + " and an arena of " + plan.arenaBytes());
    }
    boolean byLoad = claimed.provedBy().equals(Certificate.LOAD);
    if (byLoad && claimed.lowerBound() != claimed.loadBound()) {
      report(
          Code.PLAN_CERTIFICATE,
          "the lower bound proved by load",
          claimed.lowerBound(),
          "a load bound of " + claimed.loadBound());
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
