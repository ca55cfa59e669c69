package dev.miser.passes.memory;

import static java.util.Objects.requireNonNull;

import dev.miser.ir.func.Parameter;
import dev.miser.ir.func.StateUpdate;
import dev.miser.ir.op.Concat;
import dev.miser.ir.op.Slice;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Buffer;
import dev.miser.ir.plan.Buffers;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.KernelCatalog;
import dev.miser.ir.plan.Plan;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.Step;
import dev.miser.ir.plan.View;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Runs a plan over a real array of bytes in which every value is random bytes of its own: the
 * simple judge of the plan checker.
 */
final class ByteSimulation {
  private final Plan plan;
  private final Schedule schedule;
  private final KernelCatalog catalog;
  private final Map<String, Long> offsets = new HashMap<>();
  private final Buffers buffers;
  private final byte[] arena;
  private final Map<Value, byte[]> truth = new HashMap<>();
  private boolean right = true;
  private int version;

  private ByteSimulation(Plan plan, KernelCatalog catalog) {
    this.plan = plan;
    this.schedule = plan.schedule();
    this.catalog = catalog;
    this.buffers = Buffers.of(schedule);
    this.arena = new byte[(int) plan.arenaBytes()];
    for (Plan.Allocation allocation : plan.allocations()) {
      offsets.put(allocation.buffer().name(), allocation.offset());
    }
  }

  /** Returns whether all bytes are right that anything reads in init and three steps. */
  static boolean isRight(Plan plan, KernelCatalog catalog) {
    for (Plan.Allocation allocation : plan.allocations()) {
      if (allocation.offset() < 0
          || allocation.offset() % Buffer.ALIGNMENT != 0
          || allocation.end() > plan.arenaBytes()) {
        return false;
      }
    }
    var simulation = new ByteSimulation(plan, catalog);
    return simulation.takeovers() && simulation.run();
  }

  private boolean takeovers() {
    for (Plan.InPlace pair : plan.inPlace()) {
      boolean found = false;
      for (Step step : schedule.timeline()) {
        found |=
            step instanceof Kernel kernel
                && kernel.outputs().contains(pair.output())
                && kernel.inputs().contains(pair.input())
                && catalog.mayOverwrite(kernel, pair.output(), pair.input())
                && address(pair.output()) == address(pair.input());
      }
      if (!found) {
        return false;
      }
    }
    return true;
  }

  private boolean run() {
    Set<Value> loaded = new HashSet<>();
    for (Step step : schedule.init()) {
      for (Parameter parameter : schedule.parameters()) {
        if (step.inputs().contains(parameter.value()) && loaded.add(parameter.value())) {
          make(parameter.value());
        }
      }
      step(step);
    }
    for (Parameter parameter : schedule.parameters()) {
      if (parameter.role() != Parameter.Role.INPUT
          && offsets.containsKey(parameter.value().name())
          && loaded.add(parameter.value())) {
        make(parameter.value());
      }
    }
    for (int i = 0; i < 3 && right; i++) {
      version++;
      for (Parameter parameter : schedule.parameters()) {
        if (parameter.role() == Parameter.Role.INPUT) {
          make(parameter.value());
        }
      }
      schedule.steps().forEach(this::step);
      schedule.results().forEach(this::check);
      for (StateUpdate update : schedule.updates()) {
        check(update.next());
        make(update.state());
      }
    }
    for (Parameter parameter : schedule.parameters()) {
      if (parameter.role() == Parameter.Role.STATE) {
        check(parameter.value());
      }
    }
    return right;
  }

  private void step(Step step) {
    switch (step) {
      case View view -> view(view);
      case Kernel kernel -> {
        kernel.inputs().forEach(this::check);
        List<Value> outputs = kernel.outputs();
        for (Value output : outputs) {
          for (Value input : kernel.inputs()) {
            if (overlap(output, input)
                && !(plan.inPlace().contains(new Plan.InPlace(output, input))
                    && catalog.mayOverwrite(kernel, output, input)
                    && address(output) == address(input))) {
              right = false;
            }
          }
          for (Value other : outputs) {
            right &= other.equals(output) || !overlap(output, other);
          }
        }
        workspace(kernel);
        outputs.forEach(this::make);
      }
    }
  }

  /** Fills the workspace with garbage, which must spare what the kernel reads and writes. */
  private void workspace(Kernel kernel) {
    if (kernel.workspaceBytes() > 0) {
      int at = (int) offset(kernel.outputs().getFirst().name() + ".workspace");
      var random = new Random(at);
      byte[] garbage = new byte[(int) kernel.workspaceBytes()];
      random.nextBytes(garbage);
      System.arraycopy(garbage, 0, arena, at, garbage.length);
      kernel.inputs().forEach(this::check);
      for (Value output : kernel.outputs()) {
        long from = address(output);
        right &= from + output.type().byteCount() <= at || from >= at + kernel.workspaceBytes();
      }
    }
  }

  private void view(View view) {
    Value result = view.instruction().result();
    switch (view.instruction().op()) {
      case Concat concat -> {
        var all = new ByteArrayOutputStream();
        concat.inputs().forEach(v -> all.writeBytes(requireNonNull(truth.get(v))));
        truth.put(result, all.toByteArray());
      }
      case Slice slice -> {
        int from = (int) Buffers.contiguousOffset(slice);
        byte[] whole = requireNonNull(truth.get(slice.x()));
        truth.put(result, Arrays.copyOfRange(whole, from, from + (int) result.type().byteCount()));
      }
      default ->
          truth.put(result, requireNonNull(truth.get(view.instruction().operands().getFirst())));
    }
  }

  private void make(Value value) {
    byte[] bytes = new byte[(int) value.type().byteCount()];
    new Random(value.name().hashCode() * 31L + version).nextBytes(bytes);
    truth.put(value, bytes);
    System.arraycopy(bytes, 0, arena, (int) address(value), bytes.length);
  }

  private void check(Value value) {
    byte[] expected = requireNonNull(truth.get(value));
    int at = (int) address(value);
    right &= Arrays.equals(expected, 0, expected.length, arena, at, at + expected.length);
  }

  private long offset(String name) {
    return requireNonNull(offsets.get(name));
  }

  private long address(Value value) {
    Buffers.Placement placement = buffers.of(value);
    return offset(placement.buffer().name()) + placement.offset();
  }

  private boolean overlap(Value a, Value b) {
    long aBytes = a.type().byteCount();
    long bBytes = b.type().byteCount();
    return aBytes > 0
        && bBytes > 0
        && address(a) < address(b) + bBytes
        && address(b) < address(a) + aBytes;
  }
}
