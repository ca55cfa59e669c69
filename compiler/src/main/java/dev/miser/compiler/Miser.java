package dev.miser.compiler;

import dev.miser.frontend.Parsed;
import dev.miser.frontend.Parser;
import dev.miser.frontend.Program;
import dev.miser.frontend.Source;
import dev.miser.ir.func.Function;
import dev.miser.ir.plan.Target;
import dev.miser.passes.Pipeline;
import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A wish to compile one program: what, for which machine, with which weights and how much memory.
 * Immutable; each method that says more returns a new one. Nothing happens before {@link #build} or
 * {@link #compilation}.
 *
 * <pre>
 * Executable program = Miser.compile(Path.of("mlp.mir")).budget(64 &lt;&lt; 20).build();
 * Instance instance = program.instantiate();
 * instance.input("x").copyFrom(pixels);
 * instance.step();
 * float first = instance.result(0).get(ValueLayout.JAVA_FLOAT, 0);
 * </pre>
 *
 * <p>What is wrong with a program, its weights or a budget is thrown as one {@link
 * dev.miser.ir.diag.DiagnosticException} with everything that was found.
 */
public final class Miser {
  private final Supplier<Program> source;
  private final @Nullable Options options;
  private final Progress progress;

  private Miser(Supplier<Program> source, @Nullable Options options, Progress progress) {
    this.source = source;
    this.options = options;
    this.progress = progress;
  }

  /** Begins with a file that holds a program's text. */
  public static Miser compile(Path file) {
    return from(() -> Parser.parse(file));
  }

  /** Begins with a program's text. */
  public static Miser compile(Source text) {
    return from(() -> Parser.parse(text));
  }

  private static Miser from(Supplier<Parsed> parsed) {
    return new Miser(() -> parsed.get().orThrow(), null, Progress.SILENT);
  }

  /** Begins with a legal function. */
  public static Miser compile(Function function) {
    return compile(new Program.OfFunction(function));
  }

  /** Begins with a legal program of any form. */
  public static Miser compile(Program program) {
    return new Miser(() -> program, null, Progress.SILENT);
  }

  /** Compiles for another machine than this one; what is tied to the old target starts anew. */
  public Miser target(Target target) {
    return with(o -> o.withTarget(target).withThreads(target.workers()));
  }

  /** Refuses a program whose arena would take more bytes. */
  public Miser budget(long bytes) {
    return with(o -> o.withBudget(bytes));
  }

  /** Takes parameters from a safetensors file, by name. */
  public Miser weights(Path file) {
    return with(o -> o.withWeights(file));
  }

  /** Lets at most so many threads serve a step; the results do not depend on it. */
  public Miser threads(int threads) {
    return with(o -> o.withThreads(threads));
  }

  /** Starts initialisers from another seed. */
  public Miser seed(long seed) {
    return with(o -> o.withSeed(seed));
  }

  /** Runs other passes than the standard ones. */
  public Miser passes(String pipeline) {
    return with(o -> o.withPipeline(Pipeline.parse(pipeline).orThrow()));
  }

  /** Changes any option. */
  public Miser with(UnaryOperator<Options> change) {
    return new Miser(source, change.apply(options()), progress);
  }

  /** Tells somebody what is going on. */
  public Miser progress(Progress listener) {
    return new Miser(source, options, listener);
  }

  private Options options() {
    return options == null ? Options.of(Host.target()) : options;
  }

  /** Returns the way of the program through all forms, to look at each. */
  public Compilation compilation() {
    Program program = progress.during(Phase.READ, source);
    return new Compilation(program, options(), progress, Dumps.NONE);
  }

  /** Compiles the program. */
  public Executable build() {
    return compilation().executable();
  }
}
