package dev.miser.passes;

import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.plan.AnalyticCatalog;
import dev.miser.ir.plan.KernelCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs passes over programs of one form, the same way for all passes.
 *
 * @param catalog what kernels can do
 */
public record PassRunner<P>(
    Form<P> form, RunOptions options, PassObserver<P> observer, KernelCatalog catalog) {
  /** A runner for which kernels can do what their bodies tell. */
  public PassRunner(Form<P> form, RunOptions options, PassObserver<P> observer) {
    this(form, options, observer, new AnalyticCatalog());
  }

  /** The program that came out, and what the passes did. */
  public record Outcome<P>(P program, PassReport report) {}

  /**
   * Runs the passes in order.
   *
   * @throws PassFailure if a pass throws or makes a wrong program
   * @throws DiagnosticException if a pass refuses the program
   */
  public Outcome<P> run(P program, List<Pass<P>> passes) {
    var context = new PassContext(catalog);
    var entries = new ArrayList<PassReport.Entry>();
    P current = program;
    for (int i = 0; i < passes.size(); i++) {
      Pass<P> pass = passes.get(i);
      if (options.disable().contains(pass.name())) {
        continue;
      }
      long begin = System.nanoTime();
      P next = run(current, passes.subList(i, passes.size()), context);
      long nanoseconds = System.nanoTime() - begin;
      boolean changed = isOther(current, next);
      entries.add(
          new PassReport.Entry(pass.name(), changed, nanoseconds, context.takeStatistics()));
      if (options.prints(pass.name(), changed)) {
        String heading = "after " + PassText.text(pass) + (changed ? "" : " (unchanged)");
        observer.show(heading, changed ? next.toString() : "");
      }
      current = next;
      if (options.stopAfter().equals(pass.name())) {
        break;
      }
    }
    return new Outcome<>(current, new PassReport(entries));
  }

  /** A pass says that it changed nothing by returning the same object. */
  @SuppressWarnings("ReferenceEquality")
  private static boolean isOther(Object before, Object after) {
    return before != after;
  }

  /** Runs the first of the passes; the others are what a reproducer goes on with. */
  private P run(P before, List<Pass<P>> remaining, PassContext context) {
    Pass<P> pass = remaining.getFirst();
    try {
      P after = pass.run(before, context);
      if (isOther(before, after)) {
        if (options.verifyEach()) {
          verify(before, after);
        }
        observer.changed(pass, before, after);
      }
      return after;
    } catch (DiagnosticException refusal) {
      throw refusal;
    } catch (RuntimeException | StackOverflowError | AssertionError failure) {
      throw failure(failure, before, remaining);
    }
  }

  private void verify(P before, P after) {
    List<Diagnostic> wrong = form.verifier().apply(after);
    if (!wrong.isEmpty()) {
      throw new IllegalStateException("made an illegal program: " + wrong + "\n" + after);
    }
    if (form.printsSame().test(before, after)) {
      throw new IllegalStateException("made a new program that prints the same");
    }
  }

  private PassFailure failure(Throwable cause, P before, List<Pass<P>> remaining) {
    String name = remaining.getFirst().name();
    String what = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    @Nullable Path reproducer =
        options.reproducerFolder().resolve("miser-reproducer-" + name + ".mir");
    String text =
        "//# run: "
            + form.name()
            + "("
            + PassText.text(remaining)
            + ")\n//# why: pass '"
            + name
            + "' failed: "
            + what.lines().findFirst().orElse("")
            + "\n"
            + before;
    try {
      Files.writeString(reproducer, text);
    } catch (IOException e) {
      cause.addSuppressed(e);
      reproducer = null;
    }
    return new PassFailure(name, what, reproducer, cause);
  }
}
