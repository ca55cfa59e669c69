package dev.miser.testmodels.golden;

import dev.miser.codegen.CodegenCatalog;
import dev.miser.codegen.Emitter;
import dev.miser.frontend.Diagnostics;
import dev.miser.frontend.Parsed;
import dev.miser.frontend.Parser;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.eval.Evaluation;
import dev.miser.ir.eval.EvaluationException;
import dev.miser.ir.eval.Inputs;
import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Reference;
import dev.miser.ir.func.Function;
import dev.miser.ir.plan.AnalyticCatalog;
import dev.miser.ir.plan.KernelCatalog;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.Target;
import dev.miser.passes.Form;
import dev.miser.passes.PassObserver;
import dev.miser.passes.PassRunner;
import dev.miser.passes.Pipeline;
import dev.miser.passes.RunOptions;
import dev.miser.passes.fuse.Fuse;
import dev.miser.passes.memory.MemoryPlanner;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a golden file's {@code run} line means: from a program to text. */
record GoldenRuns(Path reproducers) {
  private static final KernelCatalog CATALOG = new AnalyticCatalog();

  String run(String run, Parsed parsed) {
    if (parsed.program() == null) {
      return Diagnostics.render(parsed.diagnostics(), parsed.source(), Diagnostics.Style.PLAIN);
    }
    return switch (run) {
      case "parse" -> reparsed(parsed);
      case "verify" -> "legal\n";
      case "eval" -> evaluated(parsed.function());
      case "fuse" -> fused(parsed.function()).toString();
      case "plan" -> MemoryPlanner.plan(fused(parsed.function()), CATALOG).toString();
      case "emit" -> emitted(parsed.function());
      default -> transformed(Pipeline.parse(run).orThrow(), parsed);
    };
  }

  /** Text that is parsed and printed reads back to itself. */
  private static String reparsed(Parsed parsed) {
    String text = parsed.orThrow().text();
    Parsed again = Parser.parse(new dev.miser.frontend.Source("printed", text));
    if (!again.orThrow().text().equals(text)) {
      throw new AssertionError("printed text does not read back to itself:\n" + text);
    }
    return text;
  }

  private static String evaluated(Function function) {
    var out = new StringBuilder();
    try {
      Evaluation evaluation = Reference.evaluate(function, Inputs.of(Map.of()), Precision.DECLARED);
      for (int i = 0; i < evaluation.results().size(); i++) {
        out.append(function.results().get(i)).append(" = ");
        out.append(evaluation.results().get(i).toLiteral()).append('\n');
      }
    } catch (EvaluationException failure) {
      out.append(failure.code().text()).append(": ").append(failure.getMessage()).append('\n');
    }
    return out.toString();
  }

  private static Schedule fused(Function function) {
    return new Fuse(Target.GOLDEN, CATALOG).run(function);
  }

  /** The Java source of every kernel, for the Target of golden tests. */
  private static String emitted(Function function) {
    Schedule schedule = new Fuse(Target.GOLDEN, CodegenCatalog.DEFAULT).run(function);
    var out = new StringBuilder();
    new TreeMap<>(Emitter.emit(MemoryPlanner.plan(schedule, CodegenCatalog.DEFAULT)).sources())
        .forEach((name, source) -> {
          if (name.contains("Kernels")) {
            out.append("// ").append(name).append('\n').append(source);
          }
        });
    return out.toString();
  }

  private String transformed(Pipeline pipeline, Parsed parsed) {
    RunOptions options = RunOptions.DEFAULT.withReproducerFolder(reproducers);
    try {
      if (pipeline.schedule().isEmpty()) {
        return runner(Form.FUNCTION, options)
            .run(parsed.function(), pipeline.function())
            .program()
            .toString();
      }
      Schedule schedule =
          parsed.orThrow() instanceof dev.miser.frontend.Program.OfFunction
              ? fused(
                  runner(Form.FUNCTION, options)
                      .run(parsed.function(), pipeline.function())
                      .program())
              : parsed.schedule();
      return runner(Form.SCHEDULE, options).run(schedule, pipeline.schedule()).program().toString();
    } catch (DiagnosticException refusal) {
      return Diagnostics.render(
          List.copyOf(refusal.diagnostics()), parsed.source(), Diagnostics.Style.PLAIN);
    }
  }

  private static <P> PassRunner<P> runner(Form<P> form, RunOptions options) {
    return new PassRunner<>(form, options, new PassObserver<>() {});
  }
}
