package dev.miser.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.frontend.Source;
import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.DiagnosticException;
import dev.miser.runtime.Instance;
import dev.miser.runtime.StepFailure;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The library's front door: what is promised of threads, instances, failures and refusals. */
class MiserTest {
  private static final String SCALE =
      """
      func @scale(%x: f32[8], param %w: f32[8] = uniform(1.0, 2.0)) -> f32[8] {
        %y = multiply %x, %w
        return %y
      }
      """;

  private static final String DIVIDE =
      """
      func @divide(%x: i32[4], %d: i32[4], state %sum: i32[4] = fill(0)) -> i32[4] {
        %q = divide %x, %d
        %next = add %sum, %q
        return %q, state %sum = %next
      }
      """;

  private static Miser compile(String text) {
    return Miser.compile(new Source("test.mir", text)).with(MiserTest::uncached);
  }

  private static Options uncached(Options options) {
    return options.withCache(Options.CachePolicy.IGNORE);
  }

  private static void set(Instance instance, String input, int... elements) {
    MemorySegment.copy(
        elements, 0, instance.input(input), ValueLayout.JAVA_INT, 0, elements.length);
  }

  private static float[] scaled(Instance instance, float by) {
    MemorySegment x = instance.input("x");
    for (int i = 0; i < 8; i++) {
      x.setAtIndex(ValueLayout.JAVA_FLOAT, i, by);
    }
    instance.step();
    return instance.result(0).toArray(ValueLayout.JAVA_FLOAT);
  }

  @Test
  void inputsAndResultsLieInTheArena() {
    Instance instance = compile(SCALE).build().instantiate();
    MemorySegment arena = instance.program().arena();
    assertTrue(arena.asOverlappingSlice(instance.input("x")).isPresent());
    assertTrue(arena.asOverlappingSlice(instance.result(0)).isPresent());
    assertEquals(8, scaled(instance, 1).length);
  }

  @Test
  void instancesOfOneProgramShareNothing() {
    Executable program = compile(SCALE).build();
    Instance one = program.instantiate();
    Instance other = program.instantiate();
    float[] first = scaled(one, 1);
    float[] second = scaled(other, 2);
    assertArrayEquals(first, one.result(0).toArray(ValueLayout.JAVA_FLOAT));
    for (int i = 0; i < 8; i++) {
      assertEquals(2 * first[i], second[i]);
    }
  }

  @Test
  void seedsDecideParameters() {
    float[] first = scaled(compile(SCALE).seed(1).build().instantiate(), 1);
    float[] again = scaled(compile(SCALE).seed(1).build().instantiate(), 1);
    float[] other = scaled(compile(SCALE).seed(2).build().instantiate(), 1);
    assertArrayEquals(first, again);
    assertNotEquals(first[0], other[0]);
  }

  @Test
  void oneProgramServesManyThreads() throws InterruptedException, ExecutionException {
    Executable program = compile(SCALE).build();
    float[] expected = scaled(program.instantiate(), 1);
    var tasks = new ArrayList<Callable<float[]>>();
    for (int i = 0; i < 16; i++) {
      tasks.add(() -> {
        Instance instance = program.instantiate();
        for (int step = 0; step < 100; step++) {
          scaled(instance, 3);
        }
        return scaled(instance, 1);
      });
    }
    try (var threads = Executors.newFixedThreadPool(8)) {
      for (Future<float[]> result : threads.invokeAll(tasks)) {
        assertArrayEquals(expected, result.get());
      }
    }
  }

  @Test
  void twoStepsOfOneInstanceAtATimeAreAnError() throws InterruptedException, ExecutionException {
    String text =
        """
        func @long(%x: f32[4000000]) -> f32[4000000] {
          %a = tanh %x
          %b = exp %a
          return %b
        }
        """;
    Instance instance = compile(text).build().instantiate();
    var refused = new AtomicBoolean();
    Callable<Void> stepping =
        () -> {
          for (int i = 0; i < 1000 && !refused.get(); i++) {
            try {
              instance.step();
            } catch (IllegalStateException atOnce) {
              refused.set(true);
            }
          }
          return null;
        };
    try (var threads = Executors.newFixedThreadPool(2)) {
      for (Future<Void> result : threads.invokeAll(List.of(stepping, stepping))) {
        result.get();
      }
    }
    assertTrue(refused.get());
    instance.step();
  }

  @Test
  void aFailedStepLeavesStateAloneAndTheInstanceUsable() {
    Instance instance = compile(DIVIDE).build().instantiate();
    set(instance, "x", 8, 8, 8, 8);
    set(instance, "d", 1, 2, 4, 8);
    instance.step();
    assertArrayEquals(new int[] {8, 4, 2, 1}, instance.state("sum").toArray(ValueLayout.JAVA_INT));

    set(instance, "x", 1, 1, 1, 1);
    set(instance, "d", 1, 1, 0, 1);
    StepFailure failure = assertThrows(StepFailure.class, instance::step);
    assertTrue(failure.toString().contains("division by zero"), failure.toString());
    assertArrayEquals(new int[] {8, 4, 2, 1}, instance.state("sum").toArray(ValueLayout.JAVA_INT));

    set(instance, "x", 1, 1, 1, 1);
    set(instance, "d", 1, 1, 1, 1);
    instance.step();
    assertArrayEquals(new int[] {9, 5, 3, 2}, instance.state("sum").toArray(ValueLayout.JAVA_INT));
  }

  @Test
  void threadsAndSharingChangeNoBit() {
    Executable program = compile(SCALE).threads(1).build();
    float[] expected = scaled(program.instantiate(), 5);
    assertArrayEquals(expected, scaled(program.unplanned().instantiate(), 5));
    assertArrayEquals(expected, scaled(compile(SCALE).threads(2).build().instantiate(), 5));
  }

  @Test
  void aBudgetFitsOrSaysWhatWould() {
    long needed = compile(SCALE).compilation().plan().arenaBytes();
    assertEquals(needed, compile(SCALE).budget(needed).build().plan().arenaBytes());
    var refusal =
        assertThrows(DiagnosticException.class, () -> compile(SCALE).budget(needed - 1).build());
    var diagnostic = refusal.diagnostics().getFirst();
    assertEquals(Code.BUDGET_TOO_SMALL, diagnostic.code());
    assertTrue(diagnostic.message().contains(String.valueOf(needed)), diagnostic.message());
    assertTrue(
        diagnostic.notes().stream().anyMatch(note -> note.message().contains("%x")),
        diagnostic.toString());
  }

  @Test
  void everythingWrongIsSaidAtOnce() {
    var refusal =
        assertThrows(
            DiagnosticException.class,
            () ->
                compile("func @f(%x: f32[2]) -> f32[2] {\n%a = ad %x\n%y = relu %z\nreturn %y }")
                    .build());
    assertEquals(
        List.of(Code.PARSE_UNKNOWN_OPERATION, Code.PARSE_UNDEFINED),
        refusal.diagnostics().stream().map(d -> d.code()).toList());
    String without = SCALE.replace(" = uniform(1.0, 2.0)", "");
    refusal = assertThrows(DiagnosticException.class, () -> compile(without).build());
    assertEquals(Code.WEIGHTS_NO_SOURCE, refusal.diagnostics().getFirst().code());
  }

  @Test
  void memoryThatIsNotThereIsRefused() {
    MemoryNeed need = MemoryNeed.of(compile(SCALE).compilation().plan());
    need.require(new MemoryLimit(need.totalBytes(), "test"));
    var refusal =
        assertThrows(
            DiagnosticException.class,
            () -> need.require(new MemoryLimit(need.totalBytes() - 1, "the container's limit")));
    assertEquals(Code.RUN_MEMORY, refusal.diagnostics().getFirst().code());
  }
}
