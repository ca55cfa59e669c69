package dev.miser.compiler.sanitize;

import dev.miser.compiler.sanitize.Finding.Layout;
import dev.miser.compiler.sanitize.Finding.Rule;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Buffer;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.Plan;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.Step;
import dev.miser.runtime.Instance;
import dev.miser.runtime.Program;
import dev.miser.runtime.Slot;
import dev.miser.runtime.WorkerPool;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs a program beside itself, kernel by kernel: once as it is, and once watched. In the watched
 * arena all that is dead is poison, before each kernel and after it. Then every byte outside of the
 * kernel's outputs and workspace has to be what it was, and every output what the other run
 * computed. The first kernel that breaks a rule ends the run.
 *
 * <p>It finds writes outside of a buffer and reads of what nothing holds, as far as they change a
 * byte. A plan is watched in its own layout, and again with a guard on both sides of every buffer,
 * where reading past an end cannot hit what happens to lie there.
 */
public final class Sanitizer {
  /** A program and the plan it was emitted from. */
  public record Subject(Program program, Plan plan) {}

  /**
   * How programs are run.
   *
   * @param inputs the bytes of each input, by name, the same in every step
   * @param steps how many steps; the second sees what the first leaves behind
   */
  public record Run(
      Instance.ParameterSource parameters,
      Map<String, MemorySegment> inputs,
      int steps,
      WorkerPool pool,
      int threads) {}

  /** How many bytes of nobody's lie between two buffers of a guarded plan, a line at least. */
  private static final int GUARD = Buffer.ALIGNMENT;

  private final Layout layout;
  private final Subject reference;
  private final Subject subject;
  private final Run run;
  private final Schedule schedule;
  private final List<Step> timeline;
  private final Plan.Offsets referenceOffsets;
  private final WatchedArena watched;
  private int kernel;
  private long kernels;
  private @Nullable Finding finding;

  private Sanitizer(Layout layout, Subject reference, Subject subject, Run run) {
    this.layout = layout;
    this.reference = reference;
    this.subject = subject;
    this.run = run;
    this.schedule = subject.plan.schedule();
    this.timeline = schedule.timeline();
    this.referenceOffsets = reference.plan.offsets();
    this.watched = new WatchedArena(subject.program.arena(), subject.plan);
  }

  /**
   * Watches a program.
   *
   * @param reference the same program with an arena of its own; its plan may differ
   */
  public static SanitizerReport watch(Layout layout, Subject reference, Subject subject, Run run) {
    var sanitizer = new Sanitizer(layout, reference, subject, run);
    sanitizer.init();
    for (int step = 0; step < run.steps && sanitizer.finding == null; step++) {
      sanitizer.step();
    }
    long guards =
        switch (layout) {
          case PLANNED -> 0;
          case GUARDED -> subject.plan.allocations().size() + 1L;
        };
    return new SanitizerReport(
        sanitizer.kernels, guards, sanitizer.watched.poisonedBytes(), sanitizer.finding);
  }

  /** Returns a plan in which nothing is shared, with a guard on both sides of every buffer. */
  public static Plan guarded(Plan unplanned) {
    var apart = new ArrayList<Plan.Allocation>();
    long next = GUARD;
    for (Plan.Allocation allocation : unplanned.allocations()) {
      Buffer buffer = allocation.buffer();
      apart.add(new Plan.Allocation(buffer, next));
      next = Math.ceilDiv(next + buffer.bytes(), Buffer.ALIGNMENT) * Buffer.ALIGNMENT + GUARD;
    }
    return new Plan(
        unplanned.schedule(), apart, unplanned.inPlace(), next, unplanned.certificate());
  }

  private void init() {
    kernel = 0;
    for (int time = 0; time < schedule.init().size() && finding == null; time++) {
      if (timeline.get(time) instanceof Kernel) {
        load();
      }
      time(time);
    }
    load();
    watched.handOver(subject.program.persistent());
  }

  /** Loads what is to be there before the next kernel. */
  private void load() {
    for (int i = 0; i < subject.program.slots().size(); i++) {
      Slot slot = reference.program.slots().get(i);
      for (Slot.Load load : slot.loads()) {
        if (load.kernel() == kernel) {
          MemorySegment piece = bytes(reference, slot).asSlice(load.from(), load.bytes());
          run.parameters.load(slot, load.from(), piece);
          give(subject.program.slots().get(i), load.from(), piece);
        }
      }
    }
  }

  private static MemorySegment bytes(Subject of, Slot slot) {
    return of.program.arena().asSlice(slot.offset(), slot.bytes());
  }

  /** Writes bytes of a parameter from outside. */
  private void give(Slot slot, long from, MemorySegment piece) {
    bytes(subject, slot).asSlice(from, piece.byteSize()).copyFrom(piece);
    watched.written(slot.offset() + from, piece.byteSize());
  }

  private void step() {
    kernel = subject.program.initKernels();
    for (int i = 0; i < subject.program.slots().size(); i++) {
      Slot slot = reference.program.slots().get(i);
      if (slot.role() == Slot.Role.INPUT) {
        MemorySegment given = run.inputs.get(slot.name());
        if (given == null) {
          throw new IllegalArgumentException("no input " + slot.name());
        }
        MemorySegment whole = given.asSlice(0, slot.bytes());
        bytes(reference, slot).copyFrom(whole);
        give(subject.program.slots().get(i), 0, whole);
      }
    }
    for (int time = schedule.init().size(); time < timeline.size() && finding == null; time++) {
      time(time);
    }
    if (finding == null) {
      copies(reference.program);
      for (Program.Copy copy : subject.program.copies()) {
        copy(subject.program, copy);
        watched.written(copy.to(), copy.bytes());
      }
      schedule.results().forEach(result -> compare("(end of the step)", result));
      schedule.updates().forEach(update -> compare("(end of the step)", update.state()));
      watched.endStep();
    }
  }

  private static void copies(Program program) {
    program.copies().forEach(copy -> copy(program, copy));
  }

  private static void copy(Program program, Program.Copy copy) {
    MemorySegment.copy(program.arena(), copy.from(), program.arena(), copy.to(), copy.bytes());
  }

  private void time(int time) {
    watched.begin(time);
    if (timeline.get(time) instanceof Kernel step) {
      run(time, step);
      kernel++;
    }
    watched.end(time);
  }

  private void run(int time, Kernel step) {
    String label = subject.program.kernels().get(kernel).label();
    kernels++;
    run(reference.program);
    try {
      run(subject.program);
    } catch (RuntimeException failure) {
      finding = new Finding(layout, label, Rule.FAILS, "", 0, failure.toString(), "");
      return;
    }
    WatchedArena.Stray stray = watched.stray(time, step);
    if (stray != null) {
      finding =
          new Finding(
              layout,
              label,
              Rule.WRITES_OUTSIDE,
              stray.buffer(),
              stray.at(),
              stray.found(),
              stray.expected());
      return;
    }
    step.outputs().forEach(output -> compare(label, output));
  }

  private void run(Program program) {
    try {
      run.pool.run(program, kernel, program.kernels().get(kernel).tiles(), run.threads);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private void compare(String label, Value value) {
    MemorySegment found = watched.bytes(value);
    MemorySegment expected =
        reference.program.arena().asSlice(referenceOffsets.of(value), value.type().byteCount());
    var element = value.type().element();
    long at = Elements.mismatch(element, expected, found);
    if (at >= 0 && finding == null) {
      finding =
          new Finding(
              layout,
              label,
              Rule.READS_POISON,
              value.toString(),
              at,
              Elements.hex(element, found, at),
              Elements.hex(element, expected, at));
    }
  }
}
