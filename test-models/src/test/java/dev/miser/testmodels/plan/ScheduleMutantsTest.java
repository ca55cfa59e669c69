package dev.miser.testmodels.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.func.StateUpdate;
import dev.miser.ir.op.Layout;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.Plan;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.ScheduleVerifier;
import dev.miser.ir.plan.Step;
import dev.miser.ir.plan.View;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The schedule verifier refuses schedules that are wrong by construction, with the right code. */
class ScheduleMutantsTest {
  private static final int MUTANTS = 600;

  /** How many schedules are looked at for one that offers a chance. */
  private static final int ATTEMPTS = 20;

  /** What is done to a schedule, and the code that it has to be refused with. */
  private enum Kind {
    STEP_DROPPED(Code.PARSE_UNDEFINED),
    STEP_TWICE(Code.PARSE_REDEFINITION),
    USE_BEFORE_DEFINITION(Code.PARSE_UNDEFINED),
    INIT_READS_AN_INPUT(Code.SCHEDULE_KERNEL),
    OTHER_ALGORITHM(Code.SCHEDULE_ALGORITHM),
    OTHER_WORKSPACE(Code.SCHEDULE_KERNEL),
    NO_OUTPUTS(Code.SCHEDULE_KERNEL),
    OUTPUT_OF_NOBODY(Code.SCHEDULE_KERNEL),
    OTHER_TYPE(Code.FUNC_TYPE_MISMATCH),
    VIEW_THAT_MOVES_BYTES(Code.SCHEDULE_VIEW),
    RESULT_OF_NOBODY(Code.PARSE_UNDEFINED),
    STATE_TWICE(Code.FUNC_STATE_TWICE),
    STATE_OF_OTHER_TYPE(Code.FUNC_STATE_TYPE),
    NO_STATE_REPLACED(Code.FUNC_STATE_TARGET);

    private final Code code;

    Kind(Code code) {
      this.code = code;
    }
  }

  @Test
  void whatIsWrongByConstructionIsRefused() {
    List<Plan> samples = PlanSamples.all();
    for (Plan sample : samples) {
      assertEquals(List.of(), ScheduleVerifier.verify(sample.schedule(), PlanSamples.CATALOG));
    }
    Map<Kind, Integer> made = new EnumMap<>(Kind.class);
    var random = new Random(2);
    Kind[] kinds = Kind.values();
    int count = 0;
    for (int i = 0; count < MUTANTS; i++) {
      Kind kind = kinds[i % kinds.length];
      Schedule mutant = null;
      for (int attempt = 0; attempt < ATTEMPTS && mutant == null; attempt++) {
        Schedule sample = samples.get(random.nextInt(samples.size())).schedule();
        mutant = mutant(sample, kind, random);
      }
      if (mutant != null) {
        String text = kind + "\n" + mutant;
        List<Diagnostic> found = ScheduleVerifier.verify(mutant, PlanSamples.CATALOG);
        assertTrue(
            found.stream().anyMatch(d -> d.code() == kind.code),
            () -> "refused with " + found + ": " + text);
        made.merge(kind, 1, Integer::sum);
        count++;
      }
    }
    for (Kind kind : kinds) {
      assertTrue(made.getOrDefault(kind, 0) >= 5, () -> kind + " is too rare: " + made);
    }
  }

  private static @Nullable Schedule mutant(Schedule schedule, Kind kind, Random random) {
    var steps = new ArrayList<>(schedule.steps());
    int at = random.nextInt(steps.size());
    Step step = steps.get(at);
    Value nobody = new Value("nobody", step.outputs().getFirst().type());
    return switch (kind) {
      case STEP_DROPPED -> {
        steps.remove(at);
        // Fusion makes no step whose outputs nobody wants.
        yield schedule.withSteps(schedule.init(), steps);
      }
      case STEP_TWICE -> {
        steps.add(step);
        yield schedule.withSteps(schedule.init(), steps);
      }
      case USE_BEFORE_DEFINITION -> {
        steps.add(0, steps.remove(at));
        List<Value> made =
            schedule.steps().subList(0, at).stream().flatMap(s -> s.outputs().stream()).toList();
        boolean uses = step.inputs().stream().anyMatch(made::contains);
        yield uses ? schedule.withSteps(schedule.init(), steps) : null;
      }
      case INIT_READS_AN_INPUT -> {
        List<Value> inputs =
            schedule.parameters().stream()
                .filter(p -> p.role() != Parameter.Role.PARAM)
                .map(Parameter::value)
                .toList();
        steps.remove(at);
        var init = new ArrayList<>(schedule.init());
        init.add(step);
        boolean reads = step instanceof Kernel && step.inputs().stream().anyMatch(inputs::contains);
        yield reads ? schedule.withSteps(init, steps) : null;
      }
      case OTHER_ALGORITHM -> withKernel(schedule, at, "unheard-of", null, 0);
      case OTHER_WORKSPACE -> withKernel(schedule, at, null, null, 64);
      case NO_OUTPUTS -> withKernel(schedule, at, null, List.of(), 0);
      case OUTPUT_OF_NOBODY -> withKernel(schedule, at, null, List.of(nobody), 0);
      case OTHER_TYPE -> {
        if (!(step instanceof Kernel kernel)) {
          yield null;
        }
        var body = new ArrayList<>(kernel.body());
        Instruction last = body.removeLast();
        TensorType type = last.type();
        TensorType other = type.withShape(type.elementCount() + 1);
        body.add(new Instruction(new Value(last.result().name(), other), last.op(), last.place()));
        steps.set(at, new Kernel(kernel.algorithm(), body, kernel.outputs(), 0, kernel.place()));
        yield schedule.withSteps(schedule.init(), steps);
      }
      case VIEW_THAT_MOVES_BYTES -> {
        if (!(step instanceof Kernel kernel)
            || kernel.body().size() != 1
            || kernel.body().getFirst().op() instanceof Layout) {
          yield null;
        }
        steps.set(at, new View(kernel.body().getFirst()));
        yield schedule.withSteps(schedule.init(), steps);
      }
      case RESULT_OF_NOBODY -> withReturned(schedule, List.of(nobody), schedule.updates());
      case STATE_TWICE -> {
        var updates = new ArrayList<>(schedule.updates());
        updates.addAll(schedule.updates());
        yield updates.isEmpty() ? null : withReturned(schedule, schedule.results(), updates);
      }
      case NO_STATE_REPLACED -> {
        Value made = step.outputs().getFirst();
        yield withReturned(schedule, schedule.results(), List.of(new StateUpdate(made, made)));
      }
      case STATE_OF_OTHER_TYPE -> {
        if (schedule.updates().isEmpty()) {
          yield null;
        }
        Value state = schedule.updates().getFirst().state();
        List<StateUpdate> updates = new ArrayList<>();
        for (Value value : step.outputs()) {
          if (!value.type().equals(state.type())) {
            updates.add(new StateUpdate(state, value));
          }
        }
        yield updates.isEmpty() ? null : withReturned(schedule, schedule.results(), updates);
      }
    };
  }

  /** Returns the schedule with a kernel changed where an argument says so, or null at a view. */
  private static @Nullable Schedule withKernel(
      Schedule schedule,
      int at,
      @Nullable String algorithm,
      @Nullable List<Value> outputs,
      long moreWorkspace) {
    if (!(schedule.steps().get(at) instanceof Kernel kernel)) {
      return null;
    }
    var steps = new ArrayList<>(schedule.steps());
    steps.set(
        at,
        new Kernel(
            algorithm == null ? kernel.algorithm() : algorithm,
            kernel.body(),
            outputs == null ? kernel.outputs() : outputs,
            kernel.workspaceBytes() + moreWorkspace,
            kernel.place()));
    return schedule.withSteps(schedule.init(), steps);
  }

  private static Schedule withReturned(
      Schedule schedule, List<Value> results, List<StateUpdate> updates) {
    return new Schedule(
        schedule.name(),
        schedule.target(),
        schedule.parameters(),
        schedule.init(),
        schedule.steps(),
        results,
        updates);
  }
}
