package dev.miser.testmodels.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.compiler.Options;
import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Function;
import dev.miser.testmodels.ModelZoo;
import dev.miser.testmodels.models.Bert;
import dev.miser.testmodels.models.Lstm;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A budget is kept or refused, and changes no bit of the results. */
class BudgetRunsTest {
  static Stream<Function> programs() {
    return Stream.of(
        ModelZoo.lenet5(2), Bert.build(Bert.Size.TINY, 1, 16), Lstm.build(Lstm.Size.TINY, 2));
  }

  @ParameterizedTest
  @MethodSource("programs")
  void exactlyWhatIsNeededIsEnough(Function function) {
    Values values = Values.seeded(function, 4);
    Compiled free = Compiled.of(function, Way.MIDDLE);
    List<Tensor> bits = free.run(values, 2, 1);
    long needed = free.plan().arenaBytes();
    Compiled exact = Compiled.of(function, Way.MIDDLE, o -> o.withBudget(needed));
    assertEquals(needed, exact.plan().arenaBytes());
    assertEquals(bits, exact.run(values, 2, 1));

    // Each time a byte less than the last, until it is refused.
    long budget = needed - 1;
    for (int tries = 0; tries < 20; tries++) {
      long bytes = budget;
      try {
        Compiled smaller = Compiled.of(function, Way.MIDDLE, o -> o.withBudget(bytes));
        assertTrue(smaller.plan().arenaBytes() <= bytes, "budget kept");
        assertEquals(bits, smaller.run(values, 2, 1));
        budget = smaller.plan().arenaBytes() - 1;
      } catch (DiagnosticException refused) {
        assertEquals(Code.BUDGET_TOO_SMALL, refused.diagnostics().getFirst().code());
        return;
      }
    }
    assertThrows(
        DiagnosticException.class,
        () -> Compiled.of(function, Way.MIDDLE, o -> o.withBudget(needed / 8)));
  }

  /** What a refusal names is the least there is, and enough. */
  @ParameterizedTest
  @MethodSource("programs")
  void theLeastIsTheSmallestBudget(Function function) {
    Values values = Values.seeded(function, 4);
    Compiled least = Compiled.of(function, Way.MIDDLE, o -> o.withBudget(Options.LEAST));
    long bytes = least.plan().arenaBytes();
    assertEquals(Compiled.of(function, Way.MIDDLE).run(values, 2, 1), least.run(values, 2, 1));

    Compiled exact = Compiled.of(function, Way.MIDDLE, o -> o.withBudget(bytes));
    assertTrue(exact.plan().arenaBytes() <= bytes);
    var refusal =
        assertThrows(
            DiagnosticException.class,
            () -> Compiled.of(function, Way.MIDDLE, o -> o.withBudget(bytes / 2)));
    String message = refusal.diagnostics().getFirst().message();
    assertTrue(message.contains(String.valueOf(bytes)), message);
  }
}
