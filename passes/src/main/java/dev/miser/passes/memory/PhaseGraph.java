package dev.miser.passes.memory;

import dev.miser.ir.func.StateUpdate;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Buffer;
import dev.miser.ir.plan.Buffers;
import dev.miser.ir.plan.Buffers.Placement;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.KernelCatalog;
import dev.miser.ir.plan.Overlap;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.Step;
import dev.miser.ir.plan.View;
import dev.miser.passes.memory.ordering.OrderGraph;
import dev.miser.passes.memory.ordering.OrderGraph.Life;
import dev.miser.passes.memory.ordering.OrderGraph.Node;
import dev.miser.passes.memory.ordering.OrderGraph.Takeover;
import dev.miser.passes.memory.ordering.Orders;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * One phase of a schedule as a graph to be ordered: kernels are nodes; the lines of a buffer that
 * the same kernels touch are a chunk. Views are no nodes: they read nothing.
 */
final class PhaseGraph {
  /** Which steps. */
  enum Phase {
    INIT,
    STEP
  }

  private final Schedule schedule;
  private final Phase phase;
  private final Buffers buffers;
  private final KernelCatalog catalog;
  private final List<Kernel> kernels = new ArrayList<>();
  private final List<Set<Integer>> after = new ArrayList<>();
  private final Map<Buffer, ChunkLines> lines = new LinkedHashMap<>();
  private final OrderGraph graph;

  private PhaseGraph(Schedule schedule, Phase phase, Buffers buffers, KernelCatalog catalog) {
    this.schedule = schedule;
    this.phase = phase;
    this.buffers = buffers;
    this.catalog = catalog;
    dependences();
    touch();
    this.graph = build();
  }

  static PhaseGraph of(Schedule schedule, Phase phase, KernelCatalog catalog) {
    return new PhaseGraph(schedule, phase, Buffers.of(schedule), catalog);
  }

  /** Returns the graph; its nodes are the kernels in the schedule's order. */
  OrderGraph graph() {
    return graph;
  }

  /** Returns the schedule's order of the kernels. */
  List<Integer> own() {
    return IntStream.range(0, kernels.size()).boxed().toList();
  }

  /** Returns the most bytes alive at once in the schedule's order. */
  long peak() {
    return Orders.peak(graph, own());
  }

  private List<Step> steps() {
    return switch (phase) {
      case INIT -> schedule.init();
      case STEP -> schedule.steps();
    };
  }

  private void dependences() {
    Map<Value, Set<Integer>> makers = new HashMap<>();
    for (Step step : steps()) {
      var needed = new LinkedHashSet<Integer>();
      step.inputs().forEach(input -> needed.addAll(makers.getOrDefault(input, Set.of())));
      switch (step) {
        case View view -> makers.put(view.instruction().result(), needed);
        case Kernel kernel -> {
          kernel.outputs().forEach(output -> makers.put(output, Set.of(kernels.size())));
          kernels.add(kernel);
          after.add(needed);
        }
      }
    }
  }

  private void touch() {
    for (int node = 0; node < kernels.size(); node++) {
      for (Value input : kernels.get(node).inputs()) {
        touch(input, node);
      }
      for (Value output : kernels.get(node).outputs()) {
        touch(output, node);
      }
    }
    if (phase == Phase.STEP) {
      schedule.results().forEach(result -> touch(result, ChunkLines.END));
      schedule.updates().stream()
          .map(StateUpdate::next)
          .forEach(next -> touch(next, ChunkLines.END));
    }
  }

  private void touch(Value value, int node) {
    Placement placement = buffers.of(value);
    Buffer buffer = placement.buffer();
    if (!isFixed(buffer)) {
      lines
          .computeIfAbsent(buffer, b -> new ChunkLines(b.alignedBytes()))
          .touch(placement.offset(), placement.offset() + value.type().byteCount(), node);
    }
  }

  /** Returns whether the buffer is alive during the whole phase, whatever the order. */
  private boolean isFixed(Buffer buffer) {
    return phase == Phase.STEP
        && switch (buffer.kind()) {
          case PARAMETER, STATE, PERSISTENT -> true;
          case INPUT, OUTPUT, TRANSIENT, WORKSPACE -> false;
        };
  }

  /** Returns the bytes alive during the whole phase, whatever the order. */
  long fixed() {
    long fixed = 0;
    for (Buffer buffer : buffers.all()) {
      fixed += isFixed(buffer) && buffer.end() > buffers.initEnd() ? buffer.alignedBytes() : 0;
    }
    return fixed;
  }

  private Life life(Buffer buffer, boolean kept) {
    boolean given = buffer.kind() == Buffer.Kind.INPUT;
    boolean stays =
        kept
            || switch (buffer.kind()) {
              case PARAMETER, STATE, PERSISTENT -> buffer.end() > buffers.initEnd();
              case INPUT, OUTPUT, TRANSIENT, WORKSPACE -> false;
            };
    return given ? (stays ? Life.ALWAYS : Life.FROM_START) : stays ? Life.TO_END : Life.BETWEEN;
  }

  private OrderGraph build() {
    var builder = new OrderGraph.Builder();
    builder.chunk(fixed(), Life.ALWAYS);
    List<Set<Integer>> touches = new ArrayList<>();
    kernels.forEach(kernel -> touches.add(new LinkedHashSet<>()));
    lines.forEach((buffer, chunks) ->
        chunks.number((from, to, nodes, kept) -> {
          int chunk = builder.chunk(to - from, life(buffer, kept));
          nodes.forEach(node -> touches.get(node).add(chunk));
          return chunk;
        }));
    for (int node = 0; node < kernels.size(); node++) {
      Kernel kernel = kernels.get(node);
      builder.node(
          new Node(
              kernel.outputs().getFirst().name(),
              List.copyOf(after.get(node)),
              List.copyOf(touches.get(node)),
              aligned(kernel.workspaceBytes()),
              takeovers(kernel)));
    }
    return builder.build();
  }

  private static long aligned(long bytes) {
    return (bytes + Buffer.ALIGNMENT - 1) / Buffer.ALIGNMENT * Buffer.ALIGNMENT;
  }

  private List<Takeover> takeovers(Kernel kernel) {
    var found = new ArrayList<Takeover>();
    for (Value output : kernel.outputs()) {
      Placement heir = buffers.of(output);
      for (Value input : kernel.inputs()) {
        Placement giver = buffers.of(input);
        if (!heir.buffer().equals(giver.buffer()) && mayEnd(giver.buffer())) {
          takeovers(kernel, output, heir, input, giver, found);
        }
      }
    }
    return found;
  }

  private boolean mayEnd(Buffer buffer) {
    return switch (buffer.kind()) {
      case INPUT, TRANSIENT, OUTPUT -> true;
      case PARAMETER -> phase == Phase.INIT && buffer.end() <= buffers.initEnd();
      case STATE, PERSISTENT, WORKSPACE -> false;
    };
  }

  private void takeovers(
      Kernel kernel,
      Value output,
      Placement heir,
      Value input,
      Placement giver,
      List<Takeover> found) {
    Overlap overlap = catalog.overwrite(kernel, output, input, schedule.target());
    long distance =
        switch (overlap) {
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
    if (!overlap.admits(displacement + heir.offset() - giver.offset())) {
      return;
    }
    ChunkLines to = lines.get(heir.buffer());
    ChunkLines from = lines.get(giver.buffer());
    if (to == null || from == null) {
      return;
    }
    to.each(
        heir.offset(),
        heir.offset() + output.type().byteCount(),
        own -> {
          from.each(
              giver.offset(),
              giver.offset() + input.type().byteCount(),
              other -> {
                long common =
                    Math.min(own.to() + displacement, other.to())
                        - Math.max(own.from() + displacement, other.from());
                if (common > 0) {
                  found.add(new Takeover(own.chunk(), other.chunk(), common));
                }
              });
        });
  }

  /** Returns the steps of the phase with their kernels in another order, views where they can. */
  List<Step> steps(List<Integer> order) {
    return new Reordered(steps(), order.stream().map(kernels::get).toList()).steps();
  }
}
