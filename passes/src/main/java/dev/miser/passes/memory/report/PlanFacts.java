package dev.miser.passes.memory.report;

import dev.miser.ir.plan.Plan;
import dev.miser.passes.memory.MemoryReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a plan says of every buffer and every step: the ground of reports, explanations and
 * comparisons.
 *
 * @param program the program's name
 * @param memory the totals
 * @param initEnd the time at which the step begins
 * @param end the time after the last step
 * @param buffers in the plan's order
 * @param steps by time, init first
 */
public record PlanFacts(
    String program,
    MemoryReport memory,
    int initEnd,
    int end,
    List<BufferFacts> buffers,
    List<StepFacts> steps) {
  public PlanFacts {
    buffers = List.copyOf(buffers);
    steps = List.copyOf(steps);
  }

  /** Returns the facts of a plan. */
  public static PlanFacts of(Plan plan) {
    return new FactCollector(plan).facts();
  }

  /** Returns the buffer that holds a value, or null if none does. */
  public @Nullable BufferFacts holderOf(String value) {
    for (BufferFacts buffer : buffers) {
      if (buffer.name().equals(value)
          || buffer.members().stream().anyMatch(member -> member.name().equals(value))) {
        return buffer;
      }
    }
    return null;
  }

  /** Returns the buffers alive at a time, largest first. */
  public List<BufferFacts> aliveAt(int time) {
    return buffers.stream()
        .filter(buffer -> buffer.isAlive(time))
        .sorted((a, b) -> Long.compare(b.aliveBytes(time), a.aliveBytes(time)))
        .toList();
  }
}
