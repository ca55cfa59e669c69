package dev.miser.testmodels.e2e;

import dev.miser.codegen.Emitter;
import dev.miser.codegen.compile.CompiledClasses;
import dev.miser.codegen.compile.ProgramLoader;
import dev.miser.codegen.compile.SourceCompiler;
import dev.miser.compiler.Compilation;
import dev.miser.compiler.Miser;
import dev.miser.compiler.Options;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Plan;
import dev.miser.runtime.Instance;
import dev.miser.runtime.WorkerPool;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A function compiled in one way, to be run with values and threads of choice. */
public final class Compiled {
  /** Two threads whatever this machine has, so that tests do the same everywhere. */
  private static final WorkerPool POOL = new WorkerPool(2);

  private final Compilation compilation;
  private final Plan plan;
  private final CompiledClasses classes;
  private final Map<String, Parameter> parameters = new HashMap<>();

  private Compiled(Compilation compilation, Plan plan) {
    this.compilation = compilation;
    this.plan = plan;
    this.classes = SourceCompiler.compile(Emitter.emit(plan));
    for (Parameter parameter : compilation.parameters()) {
      parameters.put(parameter.value().name(), parameter);
    }
  }

  public static Compiled of(Function function, Way way) {
    return of(function, way, UnaryOperator.identity());
  }

  /** Compiles with options that differ from the way's. */
  public static Compiled of(Function function, Way way, UnaryOperator<Options> change) {
    Compilation compilation =
        Miser.compile(function).with(usual -> change.apply(way.options())).compilation();
    Plan plan =
        switch (way.layout()) {
          case PLANNED -> compilation.plan();
          case UNPLANNED -> compilation.unplanned();
        };
    return new Compiled(compilation, plan);
  }

  public Compilation compilation() {
    return compilation;
  }

  public Plan plan() {
    return plan;
  }

  /** Returns a fresh instance whose parameters are in place; its inputs are not set. */
  public Instance start(Values values, int threads) {
    return Instance.start(
        ProgramLoader.load(classes),
        Instance.ParameterSource.ofWhole(
            (slot, bytes) -> values.fill(parameter(slot.name()), bytes)),
        POOL,
        threads);
  }

  /** Returns the results after each of some steps with the same inputs, one after the other. */
  public List<Tensor> run(Values values, int threads, int steps) {
    Instance instance = start(values, threads);
    var results = new ArrayList<Tensor>();
    for (int step = 0; step < steps; step++) {
      setInputs(instance, values);
      instance.step();
      for (Value result : compilation.results()) {
        results.add(
            Tensor.read(
                result.type(), instance.result(results.size() % compilation.results().size())));
      }
    }
    return results;
  }

  /** Sets every input of an instance. */
  public void setInputs(Instance instance, Values values) {
    for (Parameter input : compilation.inputs()) {
      values.fill(input, instance.input(input.value().name()));
    }
  }

  private Parameter parameter(String name) {
    Parameter parameter = parameters.get(name);
    if (parameter == null) {
      throw new IllegalStateException("not a parameter: " + name);
    }
    return parameter;
  }
}
