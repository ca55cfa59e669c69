package dev.miser.testmodels.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.codegen.Emitter;
import dev.miser.codegen.compile.ProgramLoader;
import dev.miser.codegen.compile.SourceCompiler;
import dev.miser.compiler.sanitize.Finding;
import dev.miser.compiler.sanitize.Finding.Layout;
import dev.miser.compiler.sanitize.Finding.Rule;
import dev.miser.compiler.sanitize.SanitizerReport;
import dev.miser.frontend.Parser;
import dev.miser.frontend.Source;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.func.Parameter;
import dev.miser.ir.op.Constant;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.Plan;
import dev.miser.runtime.Program;
import dev.miser.testmodels.models.SmallModels;
import dev.miser.testmodels.numerics.OpCase;
import dev.miser.testmodels.numerics.OpCaseJoin;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The sanitizer finds nothing in programs as they are, and what is wrong in broken ones. */
class SanitizerTest {
  private static final long SEED = 5;

  /** How many examples become one program. */
  private static final int CASES = 40;

  private static final Function CHAIN =
      Parser.parse(
              new Source(
                  "chain",
                  """
                  func @chain(%x: f32[3,20], param %w: f32[20,20] = normal(fan_in),
                              state %s: f32[3,20] = fill(0.5)) -> f32[3,20] {
                    %h = dot %x, %w : f32[3,20]
                    %p = softmax %h {axis = 1} : f32[3,20]
                    %q = softmax %p {axis = 0} : f32[3,20]
                    %r = multiply %q, %x : f32[3,20]
                    %t = softmax %r {axis = 1} : f32[3,20]
                    %n = add %t, %s : f32[3,20]
                    return %t, state %s = %n
                  }
                  """))
          .function();

  private static final Watching WATCHING = new Watching(CHAIN, Values.seeded(CHAIN, SEED));

  @ParameterizedTest
  @MethodSource("small")
  void smallModelsAreClean(Function function) {
    SanitizerReport report = new Watching(function, Values.seeded(function, SEED)).watch();
    assertNull(report.finding(), report::toString);
    assertTrue(report.kernels() > 10 && report.poisonedBytes() > 1000, report::toString);
  }

  static Stream<Function> small() {
    return SmallModels.all().stream();
  }

  /**
   * The example of every operation; its constants are given, as nothing else would run in a step.
   */
  @Test
  void examplesAreClean() throws IOException {
    List<OpCase> cases = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of("golden", "ops"))) {
      for (Path file : files.sorted().toList()) {
        String text = Files.readString(file);
        String program = text.substring(0, text.indexOf("\n//= "));
        cases.add(given(file, Parser.parse(new Source(file.toString(), program)).function()));
      }
    }
    for (int from = 0; from < cases.size(); from += CASES) {
      List<OpCase> some = cases.subList(from, Math.min(from + CASES, cases.size()));
      OpCase joined = OpCaseJoin.join("examples", some);
      SanitizerReport report = new Watching(joined.function(), Values.of(joined.inputs())).watch();
      assertNull(report.finding(), report::toString);
    }
  }

  private static OpCase given(Path file, Function function) {
    var inputs = new ArrayList<>(function.parameters());
    var body = new ArrayList<Instruction>();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Instruction instruction : function.body()) {
      if (instruction.op() instanceof Constant(var literal)) {
        inputs.add(Parameter.input(instruction.result()));
        tensors.put(instruction.result().name(), Tensor.of(literal));
      } else {
        body.add(instruction);
      }
    }
    var changed =
        new Function("f", inputs, body, function.results(), function.updates(), function.place());
    String name = file.getFileName().toString();
    return new OpCase(name, changed, tensors, List.of(), List.of());
  }

  @Test
  void sayHowMuchWasWatched() {
    SanitizerReport report = WATCHING.watch();
    assertNull(report.finding(), report::toString);
    int kernels = 2 * WATCHING.plan(Layout.PLANNED).schedule().steps().size();
    assertTrue(report.kernels() >= 2L * kernels, report::toString);
    assertEquals(WATCHING.plan(Layout.GUARDED).allocations().size() + 1, report.guards());
    assertTrue(report.toString().endsWith("bytes poisoned: nothing found"), report::toString);
  }

  private static long offset(Layout layout, String name) {
    Plan plan = WATCHING.plan(layout);
    for (Plan.Allocation allocation : plan.allocations()) {
      if (allocation.buffer().name().equals(name)) {
        return allocation.offset();
      }
    }
    throw new IllegalArgumentException(name);
  }

  private static Finding watch(
      Layout layout, String output, boolean runs, Consumer<MemorySegment> deed) {
    SanitizerReport report =
        WATCHING.watch(layout, program -> new Tampered(program, output, runs, deed));
    return Objects.requireNonNull(report.finding(), report.toString());
  }

  private static void flip(MemorySegment arena, long at) {
    byte old = arena.get(ValueLayout.JAVA_BYTE, at);
    arena.set(ValueLayout.JAVA_BYTE, at, (byte) (old ^ 1));
  }

  @Test
  void aByteBehindTheOutputIsFound() {
    long end = offset(Layout.GUARDED, "p") + 240;
    Finding finding = watch(Layout.GUARDED, "%p", true, arena -> flip(arena, end));
    assertEquals(Rule.WRITES_OUTSIDE, finding.rule());
    assertTrue(finding.kernel().contains("%p"), finding::toString);
    assertEquals("what is behind %p", finding.buffer());
    assertEquals(0, finding.at());
    assertEquals("a5", finding.expected());
    assertEquals("a4", finding.found());
  }

  @Test
  void aByteBeforeTheOutputIsFound() {
    long start = offset(Layout.GUARDED, "r");
    Finding finding = watch(Layout.GUARDED, "%r", true, arena -> flip(arena, start - 1));
    assertEquals(Rule.WRITES_OUTSIDE, finding.rule());
    assertTrue(finding.buffer().startsWith("what is behind %"), finding::toString);
  }

  @Test
  void aByteOfAnInputIsFoundInEveryLayout() {
    for (Layout layout : Layout.values()) {
      long input = offset(layout, "x");
      Finding finding = watch(layout, "%p", true, arena -> flip(arena, input + 7));
      assertEquals(Rule.WRITES_OUTSIDE, finding.rule());
      assertEquals("%x", finding.buffer());
      assertEquals(7, finding.at());
    }
  }

  @Test
  void aByteOfAStateIsFound() {
    long state = offset(Layout.PLANNED, "s");
    Finding finding = watch(Layout.PLANNED, "%p", true, arena -> flip(arena, state));
    assertEquals("%s", finding.buffer());
  }

  @Test
  void aReadBehindAnInputIsFound() {
    long input = offset(Layout.GUARDED, "x") + 240;
    long output = offset(Layout.GUARDED, "h");
    Finding finding =
        watch(
            Layout.GUARDED,
            "%h",
            true,
            arena -> MemorySegment.copy(arena, input, arena, output + 8, 4));
    assertEquals(Rule.READS_POISON, finding.rule());
    assertEquals("%h", finding.buffer());
    assertEquals(8, finding.at());
    assertEquals("7fa5a5a5", finding.found());
  }

  @Test
  void aReadOfWhatIsDeadIsFound() {
    // Alive until the kernel before.
    long dead = offset(Layout.GUARDED, "h");
    long output = offset(Layout.GUARDED, "r");
    Finding finding =
        watch(
            Layout.GUARDED, "%r", true, arena -> MemorySegment.copy(arena, dead, arena, output, 4));
    assertEquals(Rule.READS_POISON, finding.rule());
    assertEquals("7fa5a5a5", finding.found());
  }

  @Test
  void anOutputThatNobodyWritesIsFound() {
    for (Layout layout : Layout.values()) {
      Finding finding = watch(layout, "%h", false, arena -> {});
      assertEquals(Rule.READS_POISON, finding.rule());
      assertEquals("%h", finding.buffer());
      assertEquals("7fa5a5a5", finding.found());
    }
  }

  @Test
  void aKernelOfInitIsWatchedToo() {
    Finding finding = watch(Layout.PLANNED, "%w.packed", false, arena -> {});
    assertTrue(finding.kernel().contains("%w.packed"), finding::toString);
  }

  @Test
  void aKernelThatFailsOnPoisonIsFound() {
    Finding finding =
        watch(
            Layout.PLANNED,
            "%r",
            true,
            arena -> arena.get(ValueLayout.JAVA_BYTE, arena.byteSize()));
    assertEquals(Rule.FAILS, finding.rule());
    assertTrue(finding.found().contains("IndexOutOfBounds"), finding::toString);
  }

  /** The emitted program puts a buffer elsewhere than its plan says. */
  @Test
  void aProgramThatIsNotItsPlanIsFound() {
    Plan plan = WATCHING.plan(Layout.PLANNED);
    Plan other = moved(plan, "p", plan.arenaBytes());
    Program wrong = ProgramLoader.load(SourceCompiler.compile(Emitter.emit(other)));
    SanitizerReport report = WATCHING.watch(Layout.PLANNED, program -> wrong);
    Finding finding = Objects.requireNonNull(report.finding());
    assertTrue(finding.kernel().contains("%p"), finding::toString);
  }

  /** The plan gives away an input's bytes while somebody still needs them. */
  @Test
  void aPlanThatGivesAwayWhatIsAliveIsFound() {
    var wrong =
        new Watching(
            CHAIN,
            Values.seeded(CHAIN, SEED),
            plan -> {
              Value x = plan.schedule().parameters().getFirst().value();
              return moved(plan, "p", plan.offsets().of(x));
            });
    Finding finding = Objects.requireNonNull(wrong.watch().finding());
    assertTrue(finding.kernel().contains("%r"), finding::toString);
  }

  private static Plan moved(Plan plan, String name, long offset) {
    List<Plan.Allocation> allocations = new ArrayList<>();
    for (Plan.Allocation allocation : plan.allocations()) {
      boolean isIt = allocation.buffer().name().equals(name);
      allocations.add(isIt ? new Plan.Allocation(allocation.buffer(), offset) : allocation);
    }
    long end = allocations.stream().mapToLong(Plan.Allocation::end).max().orElse(0);
    return new Plan(
        plan.schedule(),
        allocations,
        plan.inPlace(),
        Math.max(plan.arenaBytes(), end),
        plan.certificate());
  }
}
