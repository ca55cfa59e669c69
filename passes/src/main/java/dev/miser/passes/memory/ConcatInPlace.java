package dev.miser.passes.memory;

import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Concat;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.Step;
import dev.miser.ir.plan.View;
import dev.miser.passes.Pass;
import dev.miser.passes.PassContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Lets the operands of a concat be written where the result wants them, so that the concat moves
 * nothing. Each operand then keeps its distance from the others, which may bar it from taking over
 * the bytes of what it is made of; where that would need more memory at the peak, the copy stays.
 *
 * @param maxTrials how many concats may be tried one by one where all at once need more memory
 */
public record ConcatInPlace(int maxTrials) implements Pass<Schedule> {
  public static final ConcatInPlace DEFAULT = new ConcatInPlace(200);

  enum Stat {
    COPIES_SPARED
  }

  @Override
  public Schedule run(Schedule schedule, PassContext context) {
    Map<Kernel, View> candidates = new LinkedHashMap<>();
    candidates(schedule.init(), candidates);
    candidates(schedule.steps(), candidates);
    if (candidates.isEmpty()) {
      return schedule;
    }
    long bound = StepBytes.loadBound(schedule, context.catalog());
    Schedule best = with(schedule, candidates);
    int spared = candidates.size();
    if (StepBytes.loadBound(best, context.catalog()) > bound) {
      best = schedule;
      var chosen = new LinkedHashMap<Kernel, View>();
      for (Kernel candidate : candidates.keySet().stream().limit(maxTrials).toList()) {
        chosen.put(candidate, Objects.requireNonNull(candidates.get(candidate)));
        Schedule trial = with(schedule, chosen);
        long needed = StepBytes.loadBound(trial, context.catalog());
        if (needed <= bound) {
          best = trial;
          bound = needed;
        } else {
          chosen.remove(candidate);
        }
      }
      spared = chosen.size();
    }
    if (spared == 0) {
      return schedule;
    }
    context.count(Stat.COPIES_SPARED, spared);
    return best;
  }

  private static Schedule with(Schedule schedule, Map<Kernel, View> views) {
    return schedule.withSteps(replace(schedule.init(), views), replace(schedule.steps(), views));
  }

  private static List<Step> replace(List<Step> steps, Map<Kernel, View> views) {
    return steps.stream()
        .map(step -> {
          View view = step instanceof Kernel kernel ? views.get(kernel) : null;
          return view == null ? step : view;
        })
        .toList();
  }

  /** Finds the kernels that may all be views at once. */
  private static void candidates(List<Step> steps, Map<Kernel, View> candidates) {
    // Whether a value is made anew, by a kernel: all else lies inside something already.
    Map<Value, Boolean> free = new HashMap<>();
    Map<Concat, Value> known = new HashMap<>();
    for (Step step : steps) {
      if (!(step instanceof Kernel kernel)) {
        continue;
      }
      Instruction instruction = kernel.body().getFirst();
      if (kernel.body().size() == 1
          && instruction.op() instanceof Concat whole
          && instruction.type().shape().elementCount(0, whole.axis()) == 1) {
        Concat concat = nested(whole, known);
        known.put(whole, instruction.result());
        if (Set.copyOf(concat.inputs()).size() == concat.inputs().size()
            && concat.inputs().stream().allMatch(v -> free.getOrDefault(v, false))) {
          concat.inputs().forEach(v -> free.put(v, false));
          candidates.put(kernel, new View(instruction.withOp(concat)));
        }
      }
      kernel.outputs().forEach(v -> free.put(v, true));
    }
  }

  /** Lets a concat begin with the longest earlier concat that its operands begin with. */
  private static Concat nested(Concat concat, Map<Concat, Value> known) {
    List<Value> inputs = concat.inputs();
    for (int length = inputs.size() - 1; length >= 2; length--) {
      Value prefix = known.get(new Concat(inputs.subList(0, length), concat.axis()));
      if (prefix != null) {
        var shorter = new ArrayList<Value>(List.of(prefix));
        shorter.addAll(inputs.subList(length, inputs.size()));
        return new Concat(shorter, concat.axis());
      }
    }
    return concat;
  }
}
