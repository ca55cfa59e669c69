package dev.miser.compiler;

import dev.miser.codegen.CodegenCatalog;
import dev.miser.compiler.sanitize.Sanitizer;
import dev.miser.frontend.Program;
import dev.miser.frontend.weights.NamedTensors;
import dev.miser.frontend.weights.WeightSource;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.KernelCatalog;
import dev.miser.ir.plan.Plan;
import dev.miser.ir.plan.PlanChecker;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.ScheduleVerifier;
import dev.miser.onnx.export.OnnxExporter;
import dev.miser.passes.Form;
import dev.miser.passes.Pass;
import dev.miser.passes.PassObserver;
import dev.miser.passes.PassReport;
import dev.miser.passes.PassRunner;
import dev.miser.passes.fuse.Fuse;
import dev.miser.passes.fuse.FuseOptions;
import dev.miser.passes.memory.Budget;
import dev.miser.passes.memory.MemoryPlanner;
import dev.miser.passes.memory.strips.Strips;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The way of one program through all forms. Each stage is made when it is first asked for, and
 * kept. A program may enter as a Function, a Schedule or a Plan; forms before that one do not
 * exist. For one thread at a time.
 */
public final class Compilation {
  /** How much longer a step may take for strips before other ways to need less are tried. */
  private static final double SOME_TIME = 0.5;

  private static final double ANY_TIME = 1e9;

  private final Program source;
  private final Options options;
  private final Progress progress;
  private final Dumps dumps;
  private final List<PassReport.Entry> passes = new ArrayList<>();
  private @Nullable Function optimised;
  private @Nullable Schedule fused;
  private @Nullable Schedule schedule;
  private @Nullable Plan plan;

  /** Begins to compile a legal program. */
  public Compilation(Program source, Options options, Progress progress, Dumps dumps) {
    this.source = source;
    this.options = options;
    this.progress = progress;
    this.dumps = dumps;
  }

  public Options options() {
    return options;
  }

  public Progress progress() {
    return progress;
  }

  /** Returns the program as it entered. */
  public Program source() {
    return source;
  }

  /** Returns what kernels can do: the same for fusion, layout and emission. */
  public KernelCatalog catalog() {
    return CodegenCatalog.DEFAULT;
  }

  /** Returns the function after all passes over functions. */
  public Function optimised() {
    if (optimised == null) {
      optimised =
          switch (source) {
            case Program.OfFunction(var function) ->
                progress.during(Phase.PASSES, () -> runPasses(function));
            case Program.OfSchedule other -> throw tooLate("schedule", "function");
            case Program.OfPlan other -> throw tooLate("plan", "function");
          };
    }
    return optimised;
  }

  /** Returns the schedule after all passes over schedules. */
  public Schedule schedule() {
    if (schedule == null) {
      schedule =
          switch (source) {
            case Program.OfFunction other -> runPasses(fused(), options.pipeline().schedule());
            case Program.OfSchedule(var given) ->
                runPasses(verified(given), options.pipeline().schedule());
            case Program.OfPlan(var given) -> verified(given.schedule());
          };
    }
    return schedule;
  }

  private Schedule fused() {
    if (fused == null) {
      Function function = optimised();
      fused = fuse(function, options.fusion());
    }
    return fused;
  }

  private Schedule fuse(Function function, FuseOptions fusion) {
    return progress.during(
        Phase.FUSE, () -> new Fuse(options.target(), catalog(), fusion).run(function));
  }

  /**
   * Returns the plan, checked, within the budget.
   *
   * @throws DiagnosticException if the budget is too small
   */
  public Plan plan() {
    Plan best = bestPlan();
    List<Diagnostic> refusal =
        options.budget() == Options.LEAST ? List.of() : new Budget(options.budget()).check(best);
    if (!refusal.isEmpty()) {
      throw new DiagnosticException(refusal);
    }
    return best;
  }

  /** Returns the plan for the budget, checked, even if it does not fit: the smallest then. */
  public Plan bestPlan() {
    if (plan == null) {
      Plan made =
          switch (source) {
            case Program.OfFunction other -> fastestThatFits();
            case Program.OfSchedule other -> layout(schedule());
            case Program.OfPlan(var given) -> {
              schedule();
              yield given;
            }
          };
      plan = checked(made);
    }
    return plan;
  }

  /**
   * Returns the plan of the fastest schedule that fits the budget, which may cut more strips and
   * pack fewer operands; if none fits, the smallest plan.
   */
  private Plan fastestThatFits() {
    Plan best = layout(schedule());
    Map<FuseOptions, Schedule> wholes = new HashMap<>(Map.of(options.fusion(), fused()));
    for (Leaner leaner : leaner()) {
      if (best.arenaBytes() <= options.budget()) {
        break;
      }
      Schedule whole = wholes.computeIfAbsent(leaner.fusion, fusion -> fuse(optimised(), fusion));
      Schedule candidate = runPasses(whole, withStrips(leaner));
      Plan made = layout(candidate);
      // What a refusal names has to be enough when it is asked for: it must not depend on what was
      // asked for now.
      if (made.arenaBytes() <= options.budget()
          || (leaner.bytes <= 1 && made.arenaBytes() < best.arenaBytes())) {
        best = made;
        schedule = candidate;
      }
    }
    return best;
  }

  /**
   * A way to compile that needs less memory and more time.
   *
   * @param bytes how far down strips go; 0 as far as they do anyway
   * @param overhead how much longer they may take
   */
  private record Leaner(FuseOptions fusion, long bytes, double overhead) {}

  /**
   * Returns the ways to need less memory, fastest first: strips down to the budget, which may cost
   * some time; fewer packed operands; strips whatever they cost; and each as small as can be.
   */
  private Set<Leaner> leaner() {
    long budget = Math.max(1, options.budget());
    Set<Leaner> all = new LinkedHashSet<>();
    for (FuseOptions fusion : options.fusion().fastestFirst()) {
      all.add(new Leaner(fusion, 0, 0));
      all.add(new Leaner(fusion, budget, SOME_TIME));
    }
    for (FuseOptions fusion : options.fusion().fastestFirst()) {
      all.add(new Leaner(fusion, budget, ANY_TIME));
      all.add(new Leaner(fusion, 1, ANY_TIME));
    }
    return all;
  }

  /** Returns the passes over schedules, in which strips go as far down as a way says. */
  private List<Pass<Schedule>> withStrips(Leaner leaner) {
    return options.pipeline().schedule().stream()
        .<Pass<Schedule>>map(pass ->
            pass instanceof Strips strips && leaner.bytes > 0
                ? strips.within(leaner.bytes, leaner.overhead)
                : pass)
        .toList();
  }

  private Plan layout(Schedule toPlace) {
    return progress.during(
        Phase.LAYOUT, () -> MemoryPlanner.plan(toPlace, catalog(), options.memory()));
  }

  /** Returns the compiled program with its weights. */
  public Executable executable() {
    return Executable.of(this);
  }

  /** Returns the yardstick: the same schedule in program order, in which nothing shares a byte. */
  public Plan unplanned() {
    return checked(MemoryPlanner.unplanned(schedule()));
  }

  /** Returns the same schedule with nothing shared, and bytes of nobody's around every buffer. */
  Plan guarded() {
    return checked(Sanitizer.guarded(unplanned()));
  }

  /**
   * Writes the program as it entered, with its weights, as an ONNX model.
   *
   * @throws DiagnosticException naming every instruction that has no meaning in ONNX
   * @throws IllegalStateException if the program did not begin as a function
   */
  public void export(Path file) {
    switch (source) {
      case Program.OfFunction(var function) ->
          OnnxExporter.write(function, weights(options.weights().tensors()), file);
      case Program.OfSchedule other -> throw tooLate("schedule", "function");
      case Program.OfPlan other -> throw tooLate("plan", "function");
    }
  }

  /** Returns where parameters and states get their first bytes from: tensors, or initialisers. */
  WeightSource weights(@Nullable NamedTensors tensors) {
    return tensors == null
        ? WeightSource.seeded(parameters(), options.seed())
        : WeightSource.of(parameters(), tensors, options.seed());
  }

  /** Returns the inputs of each step, in order. */
  public List<Parameter> inputs() {
    return parameters().stream().filter(p -> p.role() == Parameter.Role.INPUT).toList();
  }

  /** Returns everything the program is given, in order. */
  public List<Parameter> parameters() {
    return switch (source) {
      case Program.OfFunction(var function) -> function.parameters();
      case Program.OfSchedule(var given) -> given.parameters();
      case Program.OfPlan(var given) -> given.schedule().parameters();
    };
  }

  /**
   * Returns the results of a step, in order, under the names that the program's text gives them.
   */
  public List<Value> results() {
    return switch (source) {
      case Program.OfFunction(var function) -> function.results();
      case Program.OfSchedule(var given) -> given.results();
      case Program.OfPlan(var given) -> given.schedule().results();
    };
  }

  /** Returns what the passes that ran did. */
  public PassReport report() {
    return new PassReport(passes);
  }

  private Function runPasses(Function function) {
    var runner = new PassRunner<>(Form.FUNCTION, options.passes(), observer());
    var outcome = runner.run(function, options.pipeline().function());
    passes.addAll(outcome.report().entries());
    return outcome.program();
  }

  private Schedule runPasses(Schedule toRun, List<Pass<Schedule>> toApply) {
    var runner = new PassRunner<Schedule>(Form.SCHEDULE, options.passes(), observer(), catalog());
    var outcome = runner.run(toRun, toApply);
    passes.addAll(outcome.report().entries());
    return outcome.program();
  }

  /** Lays every text that passes are asked to show before {@link Dumps}. */
  private <P> PassObserver<P> observer() {
    return new PassObserver<>() {
      @Override
      public void show(String heading, String text) {
        dumps.show(heading, text);
      }
    };
  }

  /** Returns the plan if the checker, which shares no code with the planner, agrees. */
  private Plan checked(Plan made) {
    List<Diagnostic> wrong = PlanChecker.check(made, catalog());
    if (!wrong.isEmpty()) {
      throw switch (source) {
        case Program.OfPlan given -> new DiagnosticException(wrong);
        case Program.OfFunction ours -> new IllegalStateException("wrong plan: " + wrong);
        case Program.OfSchedule ours -> new IllegalStateException("wrong plan: " + wrong);
      };
    }
    return made;
  }

  /** Refuses what is wrong with a program that did not begin as a function, and so was written. */
  private Schedule verified(Schedule given) {
    List<Diagnostic> wrong = ScheduleVerifier.verify(given, catalog());
    if (!wrong.isEmpty()) {
      throw new DiagnosticException(wrong);
    }
    return given;
  }

  private static IllegalStateException tooLate(String found, String wanted) {
    return new IllegalStateException("a program that begins as a " + found + " has no " + wanted);
  }
}
