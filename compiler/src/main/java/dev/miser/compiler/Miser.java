package dev.miser.compiler;

import dev.miser.frontend.Parser;
import dev.miser.frontend.Program;
import dev.miser.frontend.Source;
import dev.miser.frontend.weights.NamedTensors;
import dev.miser.ir.func.Function;
import dev.miser.ir.plan.Target;
import dev.miser.onnx.ImportOptions;
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
  private final Supplier<Model> source;
  private final @Nullable Options options;
  private final Progress progress;

  private Miser(Supplier<Model> source, @Nullable Options options, Progress progress) {
    this.source = source;
    this.options = options;
    this.progress = progress;
  }

  /** Begins with a file that holds a program's text, or an ONNX model with its weights. */
  public static Miser compile(Path file) {
    return compile(file, ImportOptions.NONE);
  }

  /** Begins with an ONNX model, of which some shapes or inputs are fixed. */
  public static Miser compile(Path file, ImportOptions options) {
    return from(() -> Model.read(file, options));
  }

  /** Begins with a program's text. */
  public static Miser compile(Source text) {
    return from(() -> Model.of(Parser.parse(text).orThrow()));
  }

  private static Miser from(Supplier<Model> source) {
    return new Miser(source, null, Progress.SILENT);
  }

  /** Begins with a legal function. */
  public static Miser compile(Function function) {
    return compile(new Program.OfFunction(function));
  }

  /** Begins with a legal program of any form. */
  public static Miser compile(Program program) {
    return from(() -> Model.of(program));
  }

  /** Compiles for another machine than this one; what is tied to the old target starts anew. */
  public Miser target(Target target) {
    return with(o -> o.withTarget(target).withThreads(target.workers()));
  }

  /** Refuses a program whose arena would take more bytes. */
  public Miser budget(long bytes) {
    return with(o -> o.withBudget(bytes));
  }

  /** Takes parameters from a safetensors file, by name, and not from the model. */
  public Miser weights(Path file) {
    return with(o -> o.withWeights(new Weights.OfFile(file)));
  }

  /** Takes parameters from tensors at hand, by name, and not from the model. */
  public Miser weights(NamedTensors tensors) {
    return with(o -> o.withWeights(new Weights.Given(tensors)));
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
    Model model = progress.during(Phase.READ, source);
    return new Compilation(model.program(), model.applyTo(options()), progress, Dumps.NONE);
  }

  /** Compiles the program. */
  public Executable build() {
    return compilation().executable();
  }
}
