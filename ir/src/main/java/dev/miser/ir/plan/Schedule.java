package dev.miser.ir.plan;

import dev.miser.ir.func.Parameter;
import dev.miser.ir.func.StateUpdate;
import dev.miser.ir.op.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * A program as ordered steps: {@code init} runs once and makes what depends on parameters alone,
 * {@code steps} runs for each input. Immutable. Time is the position in init followed by steps.
 */
public record Schedule(
    String name,
    Target target,
    List<Parameter> parameters,
    List<Step> init,
    List<Step> steps,
    List<Value> results,
    List<StateUpdate> updates) {
  public Schedule {
    parameters = List.copyOf(parameters);
    init = List.copyOf(init);
    steps = List.copyOf(steps);
    results = List.copyOf(results);
    updates = List.copyOf(updates);
  }

  /** Returns init followed by steps; the position in it is a step's time. */
  public List<Step> timeline() {
    var all = new ArrayList<Step>(init.size() + steps.size());
    all.addAll(init);
    all.addAll(steps);
    return all;
  }

  public Schedule withSteps(List<Step> newInit, List<Step> newSteps) {
    return new Schedule(name, target, parameters, newInit, newSteps, results, updates);
  }

  @Override
  public String toString() {
    return SchedulePrinter.print(this);
  }
}
