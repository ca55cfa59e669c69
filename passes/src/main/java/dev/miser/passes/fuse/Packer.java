package dev.miser.passes.fuse;

import dev.miser.ir.func.Instruction;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Algorithm;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.KernelCatalog;
import dev.miser.ir.plan.KernelCatalog.Packing;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.Step;
import dev.miser.ir.plan.Target;
import dev.miser.ir.plan.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lets init bring operands known before the step into the layouts that kernels would rather read.
 */
final class Packer {
  /** How an operand is packed, by whatever names. */
  private record Recipe(Value operand, List<Object> operations) {}

  private final KernelCatalog catalog;
  private final FuseOptions options;
  private final FreshNames names;
  private final Map<Recipe, Value> packed = new HashMap<>();
  private final Map<Value, List<Step>> packers = new LinkedHashMap<>();

  Packer(KernelCatalog catalog, FuseOptions options, FreshNames names) {
    this.catalog = catalog;
    this.options = options;
    this.names = names;
  }

  Schedule run(Schedule schedule) {
    if (options.packing() == FuseOptions.Packing.NONE) {
      return schedule;
    }
    Set<Value> known = new HashSet<>();
    for (Parameter parameter : schedule.parameters()) {
      if (parameter.role() == Parameter.Role.PARAM) {
        known.add(parameter.value());
      }
    }
    schedule.init().forEach(step -> known.addAll(step.outputs()));
    Set<Value> needed =
        options.packing() == FuseOptions.Packing.ALL ? Set.of() : needed(schedule, known);
    var steps = new ArrayList<Step>();
    for (Step step : schedule.steps()) {
      steps.add(
          step instanceof Kernel kernel ? pack(kernel, known, needed, schedule.target()) : step);
    }
    return packers.isEmpty() ? schedule : schedule.withSteps(init(schedule.init()), steps);
  }

  /** Returns what the step needs unpacked whatever is packed. */
  private Set<Value> needed(Schedule schedule, Set<Value> known) {
    var needed = new HashSet<Value>();
    for (Step step : schedule.steps()) {
      Set<Value> inputs = new HashSet<>(step.inputs());
      if (step instanceof Kernel kernel) {
        packings(kernel, schedule.target()).forEach(p -> inputs.remove(p.operand()));
      }
      inputs.retainAll(known);
      needed.addAll(inputs);
    }
    return needed;
  }

  private List<Packing> packings(Kernel kernel, Target target) {
    return catalog.packings(kernel, target).stream()
        .filter(p -> p.operand().type().byteCount() <= options.maxPackedBytes())
        .toList();
  }

  private Kernel pack(Kernel kernel, Set<Value> known, Set<Value> needed, Target target) {
    List<Instruction> body = kernel.body();
    for (Packing packing : packings(kernel, target)) {
      if (known.contains(packing.operand()) && !needed.contains(packing.operand())) {
        Value source = source(packing, target);
        var unpacked = new Value(names.fresh(packing.unpacked().name()), packing.unpacked().type());
        var changed =
            new ArrayList<>(
                Bodies.replace(
                    packing.unpack(),
                    Map.of(packing.packed(), source, packing.unpacked(), unpacked)));
        changed.addAll(Bodies.replace(body, Map.of(packing.operand(), unpacked)));
        body = changed;
      }
    }
    if (body.equals(kernel.body())) {
      return kernel;
    }
    Algorithm best = catalog.algorithms(body, kernel.outputs(), target).getFirst();
    return new Kernel(best.name(), body, kernel.outputs(), best.workspaceBytes(), kernel.place());
  }

  /** Returns the packed value, which init makes once for all kernels that want the same. */
  private Value source(Packing packing, Target target) {
    Map<Value, Value> anonymous = new HashMap<>();
    for (Instruction instruction : packing.pack()) {
      anonymous.put(
          instruction.result(),
          new Value(String.valueOf(anonymous.size()), instruction.result().type()));
    }
    List<Object> operations =
        Bodies.replace(packing.pack(), anonymous).stream().<Object>map(Instruction::op).toList();
    return packed.computeIfAbsent(
        new Recipe(packing.operand(), operations), recipe -> emit(packing, target));
  }

  private Value emit(Packing packing, Target target) {
    Map<Value, Value> fresh = new HashMap<>();
    for (Instruction instruction : packing.pack()) {
      Value result = instruction.result();
      fresh.put(result, new Value(names.fresh(result.name()), result.type()));
    }
    List<Step> steps = packers.computeIfAbsent(packing.operand(), o -> new ArrayList<>());
    for (Instruction instruction : Bodies.replace(packing.pack(), fresh)) {
      steps.add(Leaves.isView(instruction) ? new View(instruction) : kernel(instruction, target));
    }
    return fresh.getOrDefault(packing.packed(), packing.packed());
  }

  private Kernel kernel(Instruction instruction, Target target) {
    List<Instruction> body = List.of(instruction);
    List<Value> outputs = List.of(instruction.result());
    Algorithm best = catalog.algorithms(body, outputs, target).getFirst();
    return new Kernel(best.name(), body, outputs, best.workspaceBytes(), instruction.place());
  }

  /** Returns init with each operand packed right after it is made; parameters last. */
  private List<Step> init(List<Step> before) {
    var init = new ArrayList<Step>();
    var rest = new LinkedHashMap<>(packers);
    for (Step step : before) {
      init.add(step);
      for (Value output : step.outputs()) {
        List<Step> steps = rest.remove(output);
        if (steps != null) {
          init.addAll(steps);
        }
      }
    }
    rest.values().forEach(init::addAll);
    return init;
  }
}
