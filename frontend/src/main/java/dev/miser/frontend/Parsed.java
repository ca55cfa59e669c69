package dev.miser.frontend;

import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.diag.Place;
import dev.miser.ir.diag.Severity;
import dev.miser.ir.func.Function;
import dev.miser.ir.plan.Plan;
import dev.miser.ir.plan.Schedule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of parsing: a program, or the errors that kept it from being one.
 *
 * @param source the text that was read, for showing its lines
 * @param program null exactly if there is an error among the diagnostics
 * @param diagnostics in source order
 */
public record Parsed(Source source, @Nullable Program program, List<Diagnostic> diagnostics) {
  public Parsed {
    diagnostics = List.copyOf(diagnostics);
    boolean failed = diagnostics.stream().anyMatch(d -> d.severity() == Severity.ERROR);
    if (failed == (program != null)) {
      throw new IllegalArgumentException("neither a program nor an error, or both");
    }
  }

  /** Returns the program, or throws with all diagnostics if there is none. */
  public Program orThrow() {
    if (program == null) {
      throw new DiagnosticException(diagnostics);
    }
    return program;
  }

  /** Returns the function, or throws if there are errors or the program has another form. */
  public Function function() {
    return switch (orThrow()) {
      case Program.OfFunction(var function) -> function;
      case Program.OfSchedule other -> throw wrongForm("schedule", "func");
      case Program.OfPlan other -> throw wrongForm("plan", "func");
    };
  }

  /** Returns the schedule, or throws if there are errors or the program has another form. */
  public Schedule schedule() {
    return switch (orThrow()) {
      case Program.OfFunction other -> throw wrongForm("func", "schedule");
      case Program.OfSchedule(var schedule) -> schedule;
      case Program.OfPlan other -> throw wrongForm("plan", "schedule");
    };
  }

  /** Returns the plan, or throws if there are errors or the program has another form. */
  public Plan plan() {
    return switch (orThrow()) {
      case Program.OfFunction other -> throw wrongForm("func", "plan");
      case Program.OfSchedule other -> throw wrongForm("schedule", "plan");
      case Program.OfPlan(var plan) -> plan;
    };
  }

  private DiagnosticException wrongForm(String found, String expected) {
    Place start = new Place(source.name(), 1, 1, 1);
    return new DiagnosticException(
        Diagnostic.error(Code.PARSE_SYNTAX, start, "a '" + found + "'", "a '" + expected + "'"));
  }
}
