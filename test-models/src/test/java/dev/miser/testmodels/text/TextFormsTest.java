package dev.miser.testmodels.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.frontend.Parsed;
import dev.miser.frontend.Parser;
import dev.miser.frontend.Program;
import dev.miser.frontend.Source;
import dev.miser.ir.func.Function;
import dev.miser.ir.plan.PlanChecker;
import dev.miser.ir.plan.ScheduleVerifier;
import dev.miser.testmodels.ModelZoo;
import dev.miser.testmodels.models.SmallModels;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every model reads back byte for byte in all three forms, and is as legal as before. */
class TextFormsTest {
  @ParameterizedTest
  @MethodSource("models")
  void everyFormReadsBack(Function function) {
    same(new Program.OfFunction(function));
    var schedule = TextForms.schedule(function);
    Program read = same(new Program.OfSchedule(schedule));
    assertTrue(
        read instanceof Program.OfSchedule(var again)
            && ScheduleVerifier.verify(again, TextForms.CATALOG).isEmpty());
    Program planned = same(new Program.OfPlan(TextForms.plan(function)));
    assertTrue(
        planned instanceof Program.OfPlan(var again)
            && PlanChecker.check(again, TextForms.CATALOG).isEmpty());
  }

  private static Program same(Program program) {
    String text = program.text();
    Parsed parsed = Parser.parse(new Source("printed", text));
    assertEquals(List.of(), parsed.diagnostics());
    // Not assertEquals: it would print both texts, thousands of lines.
    assertTrue(text.equals(parsed.orThrow().text()), "printed anew, the text differs");
    return parsed.orThrow();
  }

  static Stream<Named<Function>> models() {
    return Stream.concat(
            ModelZoo.names().stream()
                .map(name -> ModelZoo.find(name).orElseThrow().builder().get()),
            SmallModels.all().stream())
        .map(function -> Named.of(function.name(), function));
  }
}
