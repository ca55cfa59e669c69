package dev.miser.passes;

import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.Verifier;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.ScheduleVerifier;
import java.util.List;

/**
 * A form of the program that passes keep: its name in pipeline text, and its checker, which shares
 * no code with what makes programs of that form.
 */
public record Form<P>(String name, java.util.function.Function<P, List<Diagnostic>> verifier) {
  public static final Form<Function> FUNCTION = new Form<>("function", Verifier::verify);
  public static final Form<Schedule> SCHEDULE = new Form<>("schedule", ScheduleVerifier::verify);
}
