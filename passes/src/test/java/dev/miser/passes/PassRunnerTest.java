package dev.miser.passes;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.func.Function;
import dev.miser.ir.func.FunctionBuilder;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import dev.miser.passes.simplify.DeadCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PassRunnerTest {
  @TempDir Path folder;
  private final List<String> shown = new ArrayList<>();

  private final PassObserver<Function> observer =
      new PassObserver<>() {
        @Override
        public void show(String heading, String text) {
          shown.add(heading);
        }
      };

  /** Leaves the last instruction out, whoever needs it. */
  private record DropLast() implements Pass<Function> {
    @Override
    public Function run(Function function, PassContext context) {
      return function.withBody(function.body().subList(0, function.body().size() - 1));
    }
  }

  /** Returns an equal function that is another object. */
  private record CopyOnly() implements Pass<Function> {
    @Override
    public Function run(Function function, PassContext context) {
      return function.withBody(function.body());
    }
  }

  /** Throws. */
  private record Throwing(int times, Mode mode) implements Pass<Function> {
    enum Mode {
      ALL_AT_ONCE
    }

    @Override
    public Function run(Function function, PassContext context) {
      throw new IllegalStateException("broken " + times + " times\nin two lines");
    }
  }

  private static Function withDeadNegate() {
    var builder = new FunctionBuilder("f");
    Value x = builder.input("x", TensorType.of(ElementType.F32, 4));
    builder.add("dead", new Unary(Unary.Kind.NEGATE, x));
    Value y = builder.add("y", new Unary(Unary.Kind.ABS, x));
    return builder.returns(y).build();
  }

  private PassRunner.Outcome<Function> run(RunOptions options, List<Pass<Function>> passes) {
    return new PassRunner<>(Form.FUNCTION, options.withReproducerFolder(folder), observer)
        .run(withDeadNegate(), passes);
  }

  private PassFailure failure(List<Pass<Function>> passes) {
    return assertThrows(PassFailure.class, () -> run(RunOptions.DEFAULT, passes));
  }

  @Test
  void aReportCountsAndTimes() {
    var outcome = run(RunOptions.DEFAULT, List.of(DeadCode.DEFAULT, DeadCode.DEFAULT));
    assertEquals("dead-code: removed 1\n", outcome.report().statistics());
    assertEquals(1, outcome.program().body().size());
    assertEquals(3, outcome.report().times().lines().count());
    assertEquals(
        List.of(true, false),
        outcome.report().entries().stream().map(PassReport.Entry::changed).toList());
  }

  @Test
  void printingFollowsTheOptions() {
    List<Pass<Function>> twice = List.of(DeadCode.DEFAULT, DeadCode.DEFAULT);
    run(RunOptions.DEFAULT, twice);
    assertEquals(List.of(), shown);
    run(RunOptions.DEFAULT.withPrintAfterChange(), twice);
    assertEquals(List.of("after dead-code"), shown);
    run(RunOptions.DEFAULT.withPrintAfter(Set.of("all")), twice);
    assertEquals(
        List.of("after dead-code", "after dead-code", "after dead-code (unchanged)"), shown);
  }

  @Test
  void disabledPassesAreLeftOutAndStopAfterEnds() {
    var disabled =
        run(RunOptions.DEFAULT.withDisable(Set.of("dead-code")), List.of(DeadCode.DEFAULT));
    assertEquals(2, disabled.program().body().size());
    var stopped =
        run(
            RunOptions.DEFAULT.withStopAfter("dead-code"),
            List.of(DeadCode.DEFAULT, new DropLast()));
    assertEquals(1, stopped.program().body().size());
  }

  @Test
  void anIllegalProgramIsAFailureThatNamesThePass() {
    PassFailure failure = failure(List.of(new DropLast()));
    assertEquals("drop-last", failure.pass());
    assertTrue(String.valueOf(failure.getMessage()).contains("parse.undefined"));
  }

  @Test
  void withoutVerifyEachNobodyLooks() {
    var outcome = run(RunOptions.DEFAULT.withoutVerifyEach(), List.of(new DropLast()));
    assertEquals(1, outcome.program().body().size());
  }

  @Test
  void aNewProgramThatPrintsTheSameIsAFailure() {
    PassFailure failure = failure(List.of(new CopyOnly()));
    assertTrue(String.valueOf(failure.getMessage()).contains("prints the same"));
  }

  @Test
  void theReproducerHoldsTheProgramAndTheRest() throws IOException {
    PassFailure failure =
        failure(
            List.of(
                DeadCode.DEFAULT, new Throwing(3, Throwing.Mode.ALL_AT_ONCE), DeadCode.DEFAULT));
    Path reproducer = folder.resolve("miser-reproducer-throwing.mir");
    assertEquals(reproducer, failure.reproducer());
    String expected =
        """
        //# run: function(throwing{times=3,mode=all-at-once},dead-code)
        //# why: pass 'throwing' failed: broken 3 times
        """;
    assertEquals(
        expected + DeadCode.DEFAULT.run(withDeadNegate(), new PassContext()),
        Files.readString(reproducer));
  }

  @Test
  void aFolderThatCannotBeWrittenDoesNotHideTheFailure() {
    var runner =
        new PassRunner<>(
            Form.FUNCTION,
            RunOptions.DEFAULT.withReproducerFolder(folder.resolve("missing")),
            observer);
    PassFailure failure =
        assertThrows(
            PassFailure.class, () -> runner.run(withDeadNegate(), List.of(new DropLast())));
    assertNull(failure.reproducer());
    assertEquals(1, requireNonNull(failure.getCause()).getSuppressed().length);
  }

  @Test
  void whatAnObserverThrowsIsAFailureOfThePass() {
    var refusing =
        new PassRunner<Function>(
            Form.FUNCTION,
            RunOptions.DEFAULT.withReproducerFolder(folder),
            new PassObserver<>() {
              @Override
              public void changed(Pass<Function> pass, Function before, Function after) {
                throw new AssertionError("not the same numbers");
              }
            });
    PassFailure failure =
        assertThrows(
            PassFailure.class, () -> refusing.run(withDeadNegate(), List.of(DeadCode.DEFAULT)));
    assertEquals("dead-code", failure.pass());
  }

  @Test
  void analysesAreComputedOnceAProgramObject() {
    var context = new PassContext();
    var computed = new ArrayList<Function>();
    Analysis<Function, List<Instruction>> bodies =
        function -> {
          computed.add(function);
          return function.body();
        };
    Function function = withDeadNegate();
    assertSame(context.get(bodies, function), context.get(bodies, function));
    context.get(bodies, function.withBody(function.body()));
    assertEquals(2, computed.size());
  }
}
