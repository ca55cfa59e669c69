package dev.miser.compiler;

import dev.miser.codegen.EmittedProgram;
import dev.miser.codegen.Emitter;
import dev.miser.codegen.compile.CompiledClasses;
import dev.miser.codegen.compile.ProgramLoader;
import dev.miser.codegen.compile.SourceCompiler;
import dev.miser.frontend.weights.WeightSource;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.plan.Plan;
import dev.miser.runtime.Instance;
import dev.miser.runtime.Program;
import dev.miser.runtime.WorkerPool;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * A compiled program with its weights: makes instances, each with an arena of its own. Safe for use
 * by several threads.
 */
public final class Executable {
  private final Compilation compilation;
  private final Plan plan;
  private final CompiledClasses classes;
  private final WeightSource weights;
  private final Map<String, String> sources;

  /** What {@link #emit} does where something lies already. */
  public enum Existing {
    REFUSE,
    REPLACE
  }

  private Executable(
      Compilation compilation,
      Plan plan,
      Map<String, String> sources,
      CompiledClasses classes,
      WeightSource weights) {
    this.compilation = compilation;
    this.plan = plan;
    this.sources = Map.copyOf(sources);
    this.classes = classes;
    this.weights = weights;
  }

  /** Compiles the plan of a compilation. */
  static Executable of(Compilation compilation) {
    return of(compilation, compilation.plan());
  }

  private static Executable of(Compilation compilation, Plan plan) {
    Options options = compilation.options();
    WeightSource weights =
        options.weights() == null
            ? WeightSource.seeded(compilation.parameters(), options.seed())
            : WeightSource.of(compilation.parameters(), options.weights(), options.seed());
    Progress progress = compilation.progress();
    EmittedProgram emitted = progress.during(Phase.EMIT, () -> Emitter.emit(plan));
    CompiledClasses classes = progress.during(Phase.COMPILE, () -> SourceCompiler.compile(emitted));
    return new Executable(compilation, plan, emitted.sources(), classes, weights);
  }

  /** Returns the same program without sharing of memory: the yardstick for its bits. */
  public Executable unplanned() {
    return of(compilation, compilation.unplanned());
  }

  public Compilation compilation() {
    return compilation;
  }

  public Plan plan() {
    return plan;
  }

  public WeightSource weights() {
    return weights;
  }

  /** Returns the Java source of each class, by its full name. */
  public SequencedMap<String, String> sources() {
    return Collections.unmodifiableSequencedMap(new TreeMap<>(sources));
  }

  /**
   * Writes a project with this program that needs a JDK 25 and nothing else; whole or not at all.
   *
   * @throws dev.miser.ir.diag.DiagnosticException if the folder cannot be written
   */
  public void emit(Path folder, Existing existing) {
    AtomicOutput.Writer writer = place -> new ProjectWriter(this, place).write();
    switch (existing) {
      case REFUSE -> AtomicOutput.folder(folder, writer);
      case REPLACE -> AtomicOutput.replaceFolder(folder, writer);
    }
  }

  /** Returns whether the classes come from the cache. */
  public boolean isFromCache() {
    return false;
  }

  /** Returns a new instance: its parameters are loaded and its init has run. */
  public Instance instantiate() {
    Map<String, Parameter> parameters = new HashMap<>();
    for (Parameter parameter : compilation.parameters()) {
      parameters.put(parameter.value().name(), parameter);
    }
    Program program = ProgramLoader.load(classes);
    return compilation
        .progress()
        .during(
            Phase.INIT,
            () ->
                Instance.start(
                    program,
                    (slot, destination) -> {
                      Parameter parameter = parameters.get(slot.name());
                      if (parameter == null) {
                        throw new IllegalStateException("not a parameter: " + slot.name());
                      }
                      weights.fill(parameter, destination);
                    },
                    WorkerPool.shared(),
                    compilation.options().threads()));
  }
}
