package dev.miser.testmodels.e2e;

import dev.miser.codegen.CodegenCatalog;
import dev.miser.codegen.Emitter;
import dev.miser.codegen.compile.CompiledClasses;
import dev.miser.codegen.compile.ProgramLoader;
import dev.miser.codegen.compile.SourceCompiler;
import dev.miser.compiler.sanitize.Finding.Layout;
import dev.miser.compiler.sanitize.Sanitizer;
import dev.miser.compiler.sanitize.SanitizerReport;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.plan.Plan;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.Target;
import dev.miser.passes.PassContext;
import dev.miser.passes.fuse.Fuse;
import dev.miser.passes.fuse.FuseOptions;
import dev.miser.passes.memory.ConcatInPlace;
import dev.miser.passes.memory.MemoryPlanner;
import dev.miser.runtime.Instance.ParameterSource;
import dev.miser.runtime.Program;
import dev.miser.runtime.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** A function as a plan and as one with guards, to be watched while two steps of it run. */
final class Watching {
  private static final WorkerPool POOL = new WorkerPool(2);

  private final Plan plan;
  private final Plan guarded;
  private final CompiledClasses classes;
  private final CompiledClasses guardedClasses;
  private final Sanitizer.Run run;

  Watching(Function function, Values values) {
    this(function, values, UnaryOperator.identity());
  }

  /** Watches another plan than the planner's. */
  Watching(Function function, Values values, UnaryOperator<Plan> change) {
    var fuse = new Fuse(Target.GOLDEN, CodegenCatalog.DEFAULT, FuseOptions.DEFAULT);
    Schedule schedule = ConcatInPlace.DEFAULT.run(fuse.run(function), new PassContext());
    this.plan = change.apply(MemoryPlanner.plan(schedule, CodegenCatalog.DEFAULT));
    this.guarded = Sanitizer.guarded(MemoryPlanner.unplanned(schedule));
    this.classes = compile(plan);
    this.guardedClasses = compile(guarded);
    Map<String, Parameter> parameters = new HashMap<>();
    Map<String, MemorySegment> inputs = new HashMap<>();
    for (Parameter parameter : function.parameters()) {
      parameters.put(parameter.value().name(), parameter);
      if (parameter.role() == Parameter.Role.INPUT) {
        long bytes = parameter.value().type().byteCount();
        MemorySegment input = Arena.ofAuto().allocate(Math.max(bytes, 1), 64).asSlice(0, bytes);
        values.fill(parameter, input);
        inputs.put(parameter.value().name(), input);
      }
    }
    ParameterSource source =
        ParameterSource.ofWhole((slot, bytes) ->
            values.fill(Objects.requireNonNull(parameters.get(slot.name())), bytes));
    this.run = new Sanitizer.Run(source, inputs, 2, POOL, 2);
  }

  private static CompiledClasses compile(Plan plan) {
    return SourceCompiler.compile(Emitter.emit(plan));
  }

  Plan plan(Layout layout) {
    return switch (layout) {
      case PLANNED -> plan;
      case GUARDED -> guarded;
    };
  }

  /** Returns what is found in both layouts. */
  SanitizerReport watch() {
    SanitizerReport planned = watch(Layout.PLANNED, UnaryOperator.identity());
    return planned.isGood()
        ? planned.plus(watch(Layout.GUARDED, UnaryOperator.identity()))
        : planned;
  }

  /** Returns what is found if the watched program is this one. */
  SanitizerReport watch(Layout layout, UnaryOperator<Program> change) {
    Program program =
        switch (layout) {
          case PLANNED -> ProgramLoader.load(classes);
          case GUARDED -> ProgramLoader.load(guardedClasses);
        };
    return Sanitizer.watch(
        layout,
        new Sanitizer.Subject(ProgramLoader.load(classes), plan),
        new Sanitizer.Subject(change.apply(program), plan(layout)),
        run);
  }
}
