package dev.miser.testmodels.plan;

import dev.miser.codegen.CodegenCatalog;
import dev.miser.frontend.Parser;
import dev.miser.frontend.Source;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.func.Parameter.Role;
import dev.miser.ir.func.StateUpdate;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.KernelCatalog;
import dev.miser.ir.plan.Plan;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.Target;
import dev.miser.passes.PassContext;
import dev.miser.passes.fuse.Fuse;
import dev.miser.passes.fuse.FuseOptions;
import dev.miser.passes.memory.ConcatInPlace;
import dev.miser.passes.memory.MemoryPlanner;
import dev.miser.testmodels.RandomPrograms;
import dev.miser.testmodels.models.SmallModels;
import java.util.ArrayList;
import java.util.List;

/** Right plans, to be broken: of small models, of random programs, and of programs with state. */
final class PlanSamples {
  static final KernelCatalog CATALOG = CodegenCatalog.DEFAULT;

  private static final int PROGRAMS = 60;
  private static final long LARGEST_ARENA = 15_000;

  private static final String AVERAGE =
      """
      func @average(%x: f32[40,30], param %w: f32[30,50], state %mean: f32[40,50] = fill(0.0),
                    state %count: f32[] = fill(0.0)) -> (f32[40,50], f32[40]) {
        %y = dot %x, %w : f32[40,50]
        %one = constant {value = f32[](1.0)}
        %n = add %count, %one : f32[]
        %spread = broadcast %n {shape = [40, 50], dims = []} : f32[40,50]
        %apart = subtract %y, %mean : f32[40,50]
        %part = divide %apart, %spread : f32[40,50]
        %new = add %mean, %part : f32[40,50]
        %s = softmax %new {axis = 1} : f32[40,50]
        %z = multiply %s, %y : f32[40,50]
        %m = reduce_max %z {axes = [1]} : f32[40]
        return %z, %m, state %mean = %new, state %count = %n
      }
      """;

  private static final String EXCHANGE =
      """
      func @exchange(%x: f32[64], state %a: f32[64] = fill(0.0), state %b: f32[64] = fill(1.0),
                     state %c: f32[64] = fill(2.0)) -> f32[64] {
        %s = add %a, %x : f32[64]
        %t = softmax %s {axis = 0} : f32[64]
        %u = multiply %t, %b : f32[64]
        return %u, state %a = %b, state %b = %a
      }
      """;

  private PlanSamples() {}

  /** Returns the plans, fused as usual and not at all. */
  static List<Plan> all() {
    var functions = new ArrayList<Function>();
    functions.add(parse(AVERAGE));
    functions.add(parse(EXCHANGE));
    functions.addAll(SmallModels.all());
    for (long seed = 0; seed < PROGRAMS; seed++) {
      Function function = RandomPrograms.function(seed, 8 + (int) seed % 40);
      functions.add(seed % 2 == 0 ? function : withState(function));
    }
    var plans = new ArrayList<Plan>();
    for (Function function : functions) {
      for (FuseOptions options : List.of(FuseOptions.DEFAULT, FuseOptions.SINGLE)) {
        Schedule fused = new Fuse(Target.GOLDEN, CATALOG, options).run(function);
        Schedule schedule = ConcatInPlace.DEFAULT.run(fused, new PassContext());
        Plan plan = MemoryPlanner.plan(schedule, CATALOG);
        if (plan.arenaBytes() <= LARGEST_ARENA && plan.allocations().size() >= 4) {
          plans.add(plan);
        }
      }
    }
    return plans;
  }

  /** Returns the function with inputs made states, where it has values of their types. */
  private static Function withState(Function function) {
    var parameters = new ArrayList<Parameter>();
    var updates = new ArrayList<StateUpdate>();
    for (Parameter parameter : function.parameters()) {
      Value value = parameter.value();
      Value next = value;
      for (Instruction instruction : function.body()) {
        next = instruction.type().equals(value.type()) ? instruction.result() : next;
      }
      boolean isState = parameter.role() == Role.INPUT && !next.equals(value);
      parameters.add(
          isState ? new Parameter(Role.STATE, value, null, null, parameter.place()) : parameter);
      if (isState) {
        updates.add(new StateUpdate(value, next));
      }
    }
    return new Function(
        function.name(),
        parameters,
        function.body(),
        function.results(),
        updates,
        function.place());
  }

  private static Function parse(String text) {
    return Parser.parse(new Source("sample", text)).function();
  }
}
