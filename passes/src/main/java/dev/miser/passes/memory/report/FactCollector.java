package dev.miser.passes.memory.report;

import dev.miser.ir.func.Instruction;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.func.StateUpdate;
import dev.miser.ir.op.Layout;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Source;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Buffer;
import dev.miser.ir.plan.Buffers;
import dev.miser.ir.plan.Extent;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.Plan;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.Step;
import dev.miser.ir.plan.View;
import dev.miser.passes.analysis.Cost;
import dev.miser.passes.memory.MemoryReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks up what a plan's schedule does with each buffer. */
final class FactCollector {
  /** A buffer of which not everything is known yet. */
  private record Draft(
      int number,
      Plan.Allocation allocation,
      List<Extent> lines,
      List<BufferFacts.Member> members,
      List<Integer> writes,
      List<Integer> reads,
      List<BufferFacts.Touch> touches,
      Set<Integer> overwrites,
      Set<Integer> overwrittenBy) {
    Draft(int number, Plan.Allocation allocation, List<Extent> lines) {
      this(
          number,
          allocation,
          lines,
          new ArrayList<>(),
          new ArrayList<>(),
          new ArrayList<>(),
          new ArrayList<>(),
          new LinkedHashSet<>(),
          new LinkedHashSet<>());
    }

    BufferFacts facts() {
      Buffer buffer = allocation.buffer();
      return new BufferFacts(
          number,
          buffer.name(),
          buffer.kind(),
          allocation.offset(),
          buffer.bytes(),
          buffer.alignedBytes(),
          buffer.start(),
          buffer.end(),
          lines,
          members,
          writes,
          reads,
          touches,
          List.copyOf(overwrites),
          List.copyOf(overwrittenBy));
    }
  }

  private final Plan plan;
  private final Schedule schedule;
  private final Buffers buffers;
  private final List<Draft> drafts = new ArrayList<>();
  private final Map<Buffer, Integer> numbers = new HashMap<>();
  private final Map<Value, BufferFacts.Fate> fates = new HashMap<>();

  /** The bytes of all lines alive at each time, whatever takes over whose bytes. */
  private final long[] heldBytes;

  FactCollector(Plan plan) {
    this.plan = plan;
    this.schedule = plan.schedule();
    this.buffers = Buffers.of(schedule);
    this.heldBytes = new long[buffers.end() + 2];
    schedule.results().forEach(value -> fates.put(value, BufferFacts.Fate.RETURNED));
    for (StateUpdate update : schedule.updates()) {
      fates.put(update.next(), BufferFacts.Fate.NEXT_STATE);
    }
  }

  PlanFacts facts() {
    for (Plan.Allocation allocation : plan.allocations()) {
      numbers.put(allocation.buffer(), drafts.size());
      List<Extent> lines = buffers.extents(allocation.buffer());
      drafts.add(new Draft(drafts.size(), allocation, lines));
    }
    hold();
    for (Parameter parameter : schedule.parameters()) {
      member(parameter.value());
    }
    MemoryReport memory = MemoryReport.of(plan);
    var steps = new ArrayList<StepFacts>();
    List<Step> timeline = schedule.timeline();
    for (int time = 0; time < timeline.size(); time++) {
      Step step = timeline.get(time);
      step.outputs().forEach(this::member);
      MemoryReport.StepMemory held = memory.steps().get(time);
      steps.add(
          switch (step) {
            case View view -> view(view, held);
            case Kernel kernel -> kernel(kernel, held);
          });
    }
    inPlace();
    return new PlanFacts(
        schedule.name(),
        memory,
        buffers.initEnd(),
        buffers.end(),
        drafts.stream().map(Draft::facts).toList(),
        steps);
  }

  private void hold() {
    for (Draft draft : drafts) {
      for (Extent extent : draft.lines) {
        heldBytes[extent.start()] += extent.bytes();
        heldBytes[extent.end()] -= extent.bytes();
      }
    }
    for (int time = 1; time < heldBytes.length; time++) {
      heldBytes[time] += heldBytes[time - 1];
    }
  }

  private @Nullable Integer number(Value value) {
    Buffers.Placement placement = buffers.find(value);
    return placement == null ? null : numbers.get(placement.buffer());
  }

  private void member(Value value) {
    Buffers.Placement placement = buffers.find(value);
    Integer number = number(value);
    if (placement != null && number != null) {
      BufferFacts.Fate fate = fates.getOrDefault(value, BufferFacts.Fate.DROPPED);
      long bytes = value.type().byteCount();
      drafts
          .get(number)
          .members
          .add(new BufferFacts.Member(value.name(), placement.offset(), bytes, fate));
    }
  }

  private static StepFacts view(View view, MemoryReport.StepMemory held) {
    return new StepFacts(
        held.time(),
        held.init(),
        held.name(),
        StepFacts.VIEW,
        List.of(view.instruction().op().mnemonic()),
        0,
        held.liveBytes(),
        0,
        List.of(),
        List.of());
  }

  private StepFacts kernel(Kernel kernel, MemoryReport.StepMemory held) {
    Set<Integer> reads = numbers(kernel.inputs());
    Set<Integer> writes = numbers(kernel.outputs());
    Buffer workspace = buffers.workspace(held.time());
    Integer scratch = workspace == null ? null : numbers.get(workspace);
    kernel.inputs().forEach(value -> touch(held.time(), value));
    kernel.outputs().forEach(value -> touch(held.time(), value));
    if (workspace != null && scratch != null) {
      writes.add(scratch);
      drafts.get(scratch).touches.add(Lines.touch(held.time(), 0, workspace.bytes()));
    }
    reads.forEach(number -> drafts.get(number).reads.add(held.time()));
    writes.forEach(number -> drafts.get(number).writes.add(held.time()));
    var touched = new LinkedHashSet<>(reads);
    touched.addAll(writes);
    long idleBytes = heldBytes[held.time()];
    for (int number : touched) {
      Draft draft = drafts.get(number);
      idleBytes -= Lines.touched(draft.lines, draft.touches, held.time());
    }
    return new StepFacts(
        held.time(),
        held.init(),
        held.name(),
        kernel.algorithm(),
        operations(kernel),
        Cost.of(kernel.body()).flops(),
        held.liveBytes(),
        held.liveBytes() - idleBytes,
        List.copyOf(reads),
        List.copyOf(writes));
  }

  private void touch(int time, Value value) {
    Buffers.Placement placement = buffers.find(value);
    Integer number = number(value);
    if (placement != null && number != null) {
      long bytes = value.type().byteCount();
      drafts.get(number).touches.add(Lines.touch(time, placement.offset(), bytes));
    }
  }

  private static List<String> operations(Kernel kernel) {
    var computed = new LinkedHashSet<String>();
    var moved = new LinkedHashSet<String>();
    for (Instruction instruction : kernel.body()) {
      Op op = instruction.op();
      (op instanceof Layout || op instanceof Source ? moved : computed).add(op.mnemonic());
    }
    return List.copyOf(computed.isEmpty() ? moved : computed);
  }

  private Set<Integer> numbers(List<Value> values) {
    var found = new LinkedHashSet<Integer>();
    for (Value value : values) {
      Integer number = number(value);
      if (number != null) {
        found.add(number);
      }
    }
    return found;
  }

  private void inPlace() {
    for (Plan.InPlace pair : plan.inPlace()) {
      Integer heir = number(pair.output());
      Integer giver = number(pair.input());
      if (heir != null && giver != null) {
        drafts.get(heir).overwrites.add(giver);
        drafts.get(giver).overwrittenBy.add(heir);
      }
    }
  }
}
