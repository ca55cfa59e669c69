package dev.miser.passes.memory;

import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Buffer;
import dev.miser.ir.plan.Buffers;
import dev.miser.ir.plan.Certificate;
import dev.miser.ir.plan.Plan;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Where a plan's memory goes. All sizes are aligned as they lie in the arena, save of named
 * tensors.
 *
 * @param arenaBytes what the layout needs
 * @param certificate naive total, load bound, lower bound and who found the layout
 * @param parameterBytes parameters that the step reads as the file holds them
 * @param stateBytes state that steps replace
 * @param packedBytes what init makes for all steps
 * @param inputBytes all inputs
 * @param outputBytes all results
 * @param workspaceBytes the largest workspace of a kernel
 * @param transientBytes the arena less its persistent bytes, workspace included
 * @param peakBytes the most bytes alive at one time, bytes taken over counted once
 * @param steps what each step holds, init first
 * @param peak the tensors alive at the first step of the peak, largest first
 */
public record MemoryReport(
    long arenaBytes,
    Certificate certificate,
    long parameterBytes,
    long stateBytes,
    long packedBytes,
    long inputBytes,
    long outputBytes,
    long workspaceBytes,
    long transientBytes,
    long peakBytes,
    List<StepMemory> steps,
    List<Tensor> peak) {
  /**
   * What one step holds.
   *
   * @param name the values it defines
   * @param liveBytes the bytes alive while it runs
   */
  public record StepMemory(int time, String name, boolean init, long liveBytes) {}

  /**
   * A buffer alive at the peak.
   *
   * @param producer what defines its first value, or how it comes in
   * @param lastUse the last step that reads it, or why it stays
   */
  public record Tensor(
      String name, Buffer.Kind kind, long bytes, String producer, String lastUse) {}

  public MemoryReport {
    steps = List.copyOf(steps);
    peak = List.copyOf(peak);
  }

  /** Returns the first step at which the most bytes are alive; -1 if there is no step. */
  public int peakTime() {
    return steps.stream()
        .filter(s -> s.liveBytes() == peakBytes)
        .mapToInt(StepMemory::time)
        .findFirst()
        .orElse(-1);
  }

  /** Returns every step at which the most bytes are alive. */
  public List<Integer> peakTimes() {
    return steps.stream().filter(s -> s.liveBytes() == peakBytes).map(StepMemory::time).toList();
  }

  /** Returns the report of a plan. */
  public static MemoryReport of(Plan plan) {
    Schedule schedule = plan.schedule();
    Buffers buffers = Buffers.of(schedule);
    List<Step> timeline = schedule.timeline();
    long[] live = LiveBytes.of(plan, buffers);
    long peakBytes = 0;
    int peakTime = -1;
    var steps = new ArrayList<StepMemory>();
    for (int time = 0; time < timeline.size(); time++) {
      boolean init = time < buffers.initEnd();
      steps.add(new StepMemory(time, name(timeline.get(time)), init, live[time]));
      if (live[time] > peakBytes) {
        peakBytes = live[time];
        peakTime = time;
      }
    }
    long persistent = 0;
    for (Buffer buffer : buffers.all()) {
      boolean stays = buffer.end() == buffers.end() && isPersistent(buffer.kind());
      persistent += stays ? buffer.alignedBytes() : 0;
    }
    return new MemoryReport(
        plan.arenaBytes(),
        plan.certificate(),
        sum(buffers, Buffer.Kind.PARAMETER),
        sum(buffers, Buffer.Kind.STATE),
        sum(buffers, Buffer.Kind.PERSISTENT),
        sum(buffers, Buffer.Kind.INPUT),
        sum(buffers, Buffer.Kind.OUTPUT),
        buffers.all().stream()
            .filter(b -> b.kind() == Buffer.Kind.WORKSPACE)
            .mapToLong(Buffer::alignedBytes)
            .max()
            .orElse(0),
        plan.arenaBytes() - persistent,
        peakBytes,
        steps,
        peakTime < 0 ? List.of() : tensors(schedule, buffers, peakTime));
  }

  private static boolean isPersistent(Buffer.Kind kind) {
    return switch (kind) {
      case PARAMETER, STATE, PERSISTENT -> true;
      case INPUT, OUTPUT, TRANSIENT, WORKSPACE -> false;
    };
  }

  /** Sums the buffers of a kind that the step sees. */
  private static long sum(Buffers buffers, Buffer.Kind kind) {
    return buffers.all().stream()
        .filter(b -> b.kind() == kind && b.end() > buffers.initEnd())
        .mapToLong(Buffer::alignedBytes)
        .sum();
  }

  private static String name(Step step) {
    return step.outputs().stream().map(Value::toString).collect(Collectors.joining(", "));
  }

  private static List<Tensor> tensors(Schedule schedule, Buffers buffers, int time) {
    Map<Buffer, Integer> producers = new HashMap<>();
    Map<Buffer, Integer> lastUses = new HashMap<>();
    List<Step> timeline = schedule.timeline();
    for (int t = 0; t < timeline.size(); t++) {
      for (Value output : timeline.get(t).outputs()) {
        Buffers.Placement placement = buffers.find(output);
        if (placement != null) {
          producers.putIfAbsent(placement.buffer(), t);
        }
      }
      for (Value input : timeline.get(t).inputs()) {
        Buffers.Placement placement = buffers.find(input);
        if (placement != null) {
          lastUses.put(placement.buffer(), t);
        }
      }
    }
    return buffers.all().stream()
        .filter(b -> b.start() <= time && time < b.end())
        .sorted(Comparator.comparingLong((Buffer b) -> -b.bytes()).thenComparingInt(Buffer::start))
        .map(b -> {
          Integer producer = producers.get(b);
          Integer last = lastUses.get(b);
          return new Tensor(
              b.name(),
              b.kind(),
              b.bytes(),
              switch (b.kind()) {
                case INPUT -> "input";
                case PARAMETER -> "parameter";
                case STATE -> "state";
                case WORKSPACE -> name(timeline.get(b.start()));
                case PERSISTENT, OUTPUT, TRANSIENT ->
                    producer == null ? "" : name(timeline.get(producer));
              },
              b.kind() == Buffer.Kind.OUTPUT
                  ? "returned"
                  : last == null ? "" : name(timeline.get(last)));
        })
        .toList();
  }
}
