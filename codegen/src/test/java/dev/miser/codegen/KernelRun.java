package dev.miser.codegen;

import dev.miser.codegen.compile.ProgramLoader;
import dev.miser.codegen.compile.SourceCompiler;
import dev.miser.ir.diag.Place;
import dev.miser.ir.eval.Inputs;
import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Reference;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Function;
import dev.miser.ir.plan.Algorithm;
import dev.miser.ir.plan.Buffer;
import dev.miser.ir.plan.Buffers;
import dev.miser.ir.plan.Certificate;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.Plan;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.Step;
import dev.miser.ir.plan.Target;
import dev.miser.runtime.Instance;
import dev.miser.runtime.Slot;
import dev.miser.runtime.WorkerPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Runs functions as kernels, each function's whole body one kernel, in one emitted program. */
public final class KernelRun {
  private static final WorkerPool POOL = new WorkerPool(2);

  private KernelRun() {}

  /** Returns a schedule whose one step is the function's body as one kernel, or throws. */
  public static Schedule schedule(Function function, Target target, String algorithm) {
    List<Algorithm> algorithms =
        CodegenCatalog.DEFAULT.algorithms(function.body(), function.results(), target);
    Algorithm chosen =
        algorithms.stream()
            .filter(a -> algorithm.isEmpty() || a.name().equals(algorithm))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no kernel " + algorithm + " for\n" + function));
    Step kernel =
        new Kernel(
            chosen.name(),
            function.body(),
            function.results(),
            chosen.workspaceBytes(),
            Place.NONE);
    return new Schedule(
        function.name(),
        target,
        function.parameters(),
        List.of(),
        List.of(kernel),
        function.results(),
        List.of());
  }

  /** Returns a plan in which every buffer has bytes of its own. */
  public static Plan plan(Schedule schedule) {
    var allocations = new ArrayList<Plan.Allocation>();
    long offset = 0;
    for (Buffer buffer : Buffers.of(schedule).all()) {
      allocations.add(new Plan.Allocation(buffer, offset));
      offset += buffer.alignedBytes();
    }
    return new Plan(
        schedule, allocations, List.of(), offset, Certificate.ofLoad(offset, 0, "nobody"));
  }

  /** Returns the results of the function, run as one kernel. */
  public static List<Tensor> run(Function function, Map<String, Tensor> inputs, Target target) {
    return run(plan(schedule(function, target, "")), inputs);
  }

  /** Returns the results of a plan's step. */
  public static List<Tensor> run(Plan plan, Map<String, Tensor> inputs) {
    return repeat(plan, inputs, 1);
  }

  /** Returns the results of a plan's last step of so many with the same inputs. */
  public static List<Tensor> repeat(Plan plan, Map<String, Tensor> inputs, int steps) {
    var program =
        ProgramLoader.load(SourceCompiler.compile(Emitter.emit(plan, CodegenCatalog.DEFAULT)));
    // Not a number in every float: what nobody wrote shows.
    program.arena().fill((byte) -1);
    Instance instance =
        Instance.start(
            program,
            Instance.ParameterSource.ofWhole(
                (slot, bytes) -> Objects.requireNonNull(inputs.get(slot.name())).writeTo(bytes)),
            POOL,
            plan.schedule().target().workers());
    for (int step = 0; step < steps; step++) {
      for (Slot slot : instance.slots(Slot.Role.INPUT)) {
        Objects.requireNonNull(inputs.get(slot.name())).writeTo(instance.bytes(slot));
      }
      instance.step();
    }
    var results = new ArrayList<Tensor>();
    for (int i = 0; i < plan.schedule().results().size(); i++) {
      results.add(Tensor.read(plan.schedule().results().get(i).type(), instance.result(i)));
    }
    return results;
  }

  /** Returns what the reference evaluator makes of the function. */
  public static List<Tensor> reference(
      Function function, Map<String, Tensor> inputs, Precision precision) {
    return Reference.evaluate(function, Inputs.of(inputs), precision).results();
  }
}
