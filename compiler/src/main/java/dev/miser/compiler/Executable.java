package dev.miser.compiler;

import dev.miser.codegen.EmittedProgram;
import dev.miser.codegen.Emitter;
import dev.miser.codegen.compile.CacheKey;
import dev.miser.codegen.compile.CompiledClasses;
import dev.miser.codegen.compile.ProgramCache;
import dev.miser.codegen.compile.ProgramLoader;
import dev.miser.codegen.compile.SourceCompiler;
import dev.miser.codegen.project.ProjectWriter;
import dev.miser.compiler.sanitize.Finding.Layout;
import dev.miser.compiler.sanitize.Sanitizer;
import dev.miser.compiler.sanitize.SanitizerReport;
import dev.miser.frontend.weights.NamedTensors;
import dev.miser.frontend.weights.WeightSource;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.plan.Plan;
import dev.miser.runtime.Instance;
import dev.miser.runtime.Program;
import dev.miser.runtime.Slot;
import dev.miser.runtime.WorkerPool;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A compiled program with its weights: makes instances, each with an arena of its own. Safe for use
 * by several threads.
 *
 * <p>An instance runs one step at a time; two at once are an error, not a race. Inputs are set
 * before every step, because a step may reuse their bytes; results are valid until the next step.
 * After a step that failed its results mean nothing, state is as before it, and the instance can be
 * stepped again once its inputs are set. An instance is given back when nothing refers to it.
 */
public final class Executable {
  /** What {@link #emit} does where something lies already. */
  public enum Existing {
    REFUSE,
    REPLACE
  }

  /** Where the classes are kept, and under what. */
  private record Shelf(ProgramCache cache, CacheKey key) {}

  private static final long PART_ELEMENTS = 1 << 16;

  private final Compilation compilation;
  private final Plan plan;
  private final CompiledClasses classes;
  private final @Nullable NamedTensors tensors;
  private final WeightSource weights;
  private final @Nullable Shelf shelf;
  private final boolean isFromCache;

  private Executable(Compilation compilation, Plan plan) {
    Options options = compilation.options();
    Progress progress = compilation.progress();
    this.compilation = compilation;
    this.plan = plan;
    this.tensors = options.weights().tensors();
    this.weights = compilation.weights(tensors);
    this.shelf =
        switch (options.cache()) {
          case USE -> new Shelf(Cache.ofThisUser(), Cache.key(plan));
          case IGNORE -> null;
        };
    CompiledClasses kept = shelf == null ? null : shelf.cache.find(shelf.key);
    this.isFromCache = kept != null;
    this.classes = kept != null ? kept : compile(plan, shelf, progress);
  }

  private static CompiledClasses compile(Plan plan, @Nullable Shelf shelf, Progress progress) {
    EmittedProgram emitted = progress.during(Phase.EMIT, () -> Emitter.emit(plan));
    return progress.during(
        Phase.COMPILE,
        () ->
            shelf == null
                ? SourceCompiler.compile(emitted)
                : shelf.cache.compile(shelf.key, emitted));
  }

  /** Compiles the plan of a compilation. */
  static Executable of(Compilation compilation) {
    return new Executable(compilation, compilation.plan());
  }

  /** Returns the same program without sharing of memory: the yardstick for its bits. */
  public Executable unplanned() {
    return new Executable(compilation, compilation.unplanned());
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
  public Map<String, String> sources() {
    return Emitter.emit(plan).sources();
  }

  /** Returns whether the classes were compiled by an earlier run. */
  public boolean isFromCache() {
    return isFromCache;
  }

  /** Returns a new instance: its parameters are loaded and its init has run. */
  public Instance instantiate() {
    Program program = ProgramLoader.load(classes);
    return compilation.progress().during(Phase.INIT, () -> start(program));
  }

  /**
   * Runs two steps with dead memory poisoned and every write watched: as planned, and with guards
   * around every buffer. Takes about five times the memory of a run.
   *
   * @param inputs the bytes of each input, by name
   * @throws dev.miser.ir.diag.DiagnosticException if there is not as much memory
   */
  public SanitizerReport sanitize(Map<String, MemorySegment> inputs) {
    Executable guarded = new Executable(compilation, compilation.guarded());
    MemoryNeed need = MemoryNeed.of(plan);
    new MemoryNeed(
            need.arenaBytes() + 2 * guarded.plan.arenaBytes(), need.heapBytes(), need.codeBytes())
        .require(MemoryLimit.ofThisProcess());
    var run =
        new Sanitizer.Run(
            loader(), inputs, 2, WorkerPool.shared(), compilation.options().threads());
    SanitizerReport planned = Sanitizer.watch(Layout.PLANNED, subject(), subject(), run);
    return planned.isGood()
        ? planned.plus(Sanitizer.watch(Layout.GUARDED, subject(), guarded.subject(), run))
        : planned;
  }

  private Sanitizer.Subject subject() {
    return new Sanitizer.Subject(ProgramLoader.load(classes), plan);
  }

  private Instance start(Program program) {
    WorkerPool pool = WorkerPool.shared();
    int threads = compilation.options().threads();
    if (shelf == null) {
      return Instance.start(program, loader(), pool, threads);
    }
    CacheKey image = shelf.key.with(Cache.identity(compilation, tensors));
    Instance kept = shelf.cache.resume(image, program, pool, threads);
    if (kept != null) {
      return kept;
    }
    Instance started = Instance.start(program, loader(), pool, threads);
    shelf.cache.keep(image, started);
    return started;
  }

  private Instance.ParameterSource loader() {
    Map<String, Parameter> parameters = new HashMap<>();
    for (Parameter parameter : compilation.parameters()) {
      parameters.put(parameter.value().name(), parameter);
    }
    return (Slot slot, long from, MemorySegment destination) -> {
      Parameter parameter = parameters.get(slot.name());
      if (parameter == null) {
        throw new IllegalStateException("not a parameter: " + slot.name());
      }
      fill(parameter, from, destination);
    };
  }

  /** Initialisers cost more than a copy: the processors share a large parameter. */
  private void fill(Parameter parameter, long first, MemorySegment destination) {
    long element = parameter.value().type().element().bytes();
    long part = PART_ELEMENTS * element;
    int parts = Math.toIntExact((destination.byteSize() + part - 1) / part);
    IntStream.range(0, parts)
        .parallel()
        .forEach(i -> {
          long from = i * part;
          long bytes = Math.min(part, destination.byteSize() - from);
          weights.fill(parameter, (first + from) / element, destination.asSlice(from, bytes));
        });
  }

  /**
   * Writes a project with this program that needs a JDK 25 and nothing else; whole or not at all.
   *
   * @throws dev.miser.ir.diag.DiagnosticException if the folder cannot be written
   */
  public void emit(Path folder, Existing existing) {
    AtomicOutput.Writer writer =
        place -> {
          ProjectWriter.write(Emitter.emit(plan), compilation.parameters(), instantiate(), place);
          Files.writeString(place.resolve("plan.mir"), plan.toString());
        };
    switch (existing) {
      case REFUSE -> AtomicOutput.folder(folder, writer);
      case REPLACE -> AtomicOutput.replaceFolder(folder, writer);
    }
  }
}
