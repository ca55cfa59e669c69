package dev.miser.passes;

import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.func.Verifier;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.ScheduleVerifier;
import java.util.List;
import java.util.function.BiPredicate;

/**
 * A form of the program that passes keep: its name in pipeline text, its checker, which shares no
 * code with what makes programs of that form, and whether two programs print the same.
 */
public record Form<P>(
    String name,
    java.util.function.Function<P, List<Diagnostic>> verifier,
    BiPredicate<P, P> printsSame) {
  public static final Form<Function> FUNCTION =
      new Form<>("function", Verifier::verify, Form::printSame);
  public static final Form<Schedule> SCHEDULE =
      new Form<>("schedule", ScheduleVerifier::verify, (a, b) -> a.toString().equals(b.toString()));

  /** Compares what is printed, all but the places, without printing: that takes long. */
  private static boolean printSame(Function a, Function b) {
    boolean same =
        a.body().size() == b.body().size()
            && a.name().equals(b.name())
            && a.parameters().equals(b.parameters())
            && a.results().equals(b.results())
            && a.updates().equals(b.updates());
    for (int i = 0; same && i < a.body().size(); i++) {
      Instruction left = a.body().get(i);
      Instruction right = b.body().get(i);
      same = left.result().equals(right.result()) && left.op().equals(right.op());
    }
    return same;
  }
}
