package dev.miser.driver;

import dev.miser.compiler.MemoryLimit;
import dev.miser.compiler.MemoryNeed;
import dev.miser.ir.plan.Buffer;
import dev.miser.ir.plan.Plan;
import dev.miser.ir.plan.Target;
import dev.miser.passes.memory.MemoryReport;
import dev.miser.passes.memory.OrderBound;
import java.util.List;

/**
 * What {@code miser plan --json} prints; README.md lists the fields. Fields may be added, none
 * changes its meaning.
 */
record PlanJson(
    String program,
    Target target,
    long heapBytes,
    long codeBytes,
    String heapOption,
    MemoryLimit limit,
    MemoryReport memory,
    OrderBound order,
    List<Tensor> buffers) {
  /** A buffer: its offset in the arena, and the steps from start until before end. */
  record Tensor(String name, Buffer.Kind kind, long bytes, long offset, int start, int end) {}

  static PlanJson of(
      Plan plan, MemoryNeed need, MemoryLimit limit, MemoryReport report, OrderBound order) {
    return new PlanJson(
        plan.schedule().name(),
        plan.schedule().target(),
        need.heapBytes(),
        need.codeBytes(),
        need.heapOption(),
        limit,
        report,
        order,
        plan.allocations().stream()
            .map(a -> {
              Buffer b = a.buffer();
              return new Tensor(b.name(), b.kind(), b.bytes(), a.offset(), b.start(), b.end());
            })
            .toList());
  }
}
