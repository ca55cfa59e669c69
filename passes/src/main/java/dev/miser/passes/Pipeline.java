package dev.miser.passes;

import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.func.Function;
import dev.miser.ir.plan.Schedule;
import java.util.List;

/**
 * The passes to run at each form, in order. As text: {@code function(simplify,dead-code)
 * schedule(...)}, or a flat list.
 */
public record Pipeline(List<Pass<Function>> function, List<Pass<Schedule>> schedule) {
  public Pipeline {
    function = List.copyOf(function);
    schedule = List.copyOf(schedule);
  }

  /** A pipeline with what was wrong in its text; empty lists for what could not be read. */
  public record Parsed(Pipeline pipeline, List<Diagnostic> diagnostics) {
    /**
     * Returns the pipeline.
     *
     * @throws DiagnosticException if anything was wrong
     */
    public Pipeline orThrow() {
      if (!diagnostics.isEmpty()) {
        throw new DiagnosticException(diagnostics);
      }
      return pipeline;
    }
  }

  /** Reads pipeline text, reporting everything that is wrong in it. */
  public static Parsed parse(String text) {
    return new PipelineParser(text).parse();
  }

  /** Returns text that reads back to this pipeline. */
  @Override
  public String toString() {
    String functions = function.isEmpty() ? "" : "function(" + PassText.text(function) + ")";
    String schedules = schedule.isEmpty() ? "" : "schedule(" + PassText.text(schedule) + ")";
    return (functions + " " + schedules).strip();
  }
}
