package dev.miser.passes.memory;

import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.Step;
import dev.miser.ir.plan.View;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The steps of a phase with their kernels in another order. A view stands right before the first
 * step that reads its result; what none reads stands at the end.
 */
final class Reordered {
  private final List<Kernel> kernels;
  private final Map<Value, View> views = new LinkedHashMap<>();
  private final Set<View> done = new HashSet<>();
  private final List<Step> steps = new ArrayList<>();

  Reordered(List<Step> before, List<Kernel> kernels) {
    this.kernels = kernels;
    for (Step step : before) {
      if (step instanceof View view) {
        views.put(view.instruction().result(), view);
      }
    }
  }

  List<Step> steps() {
    for (Kernel kernel : kernels) {
      kernel.inputs().forEach(this::show);
      steps.add(kernel);
    }
    views.keySet().forEach(this::show);
    return steps;
  }

  /** Adds the view that makes a value, and before it the views that it looks at. */
  private void show(Value value) {
    View view = views.get(value);
    if (view != null && done.add(view)) {
      view.inputs().forEach(this::show);
      steps.add(view);
    }
  }
}
