package dev.miser.testmodels.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.miser.frontend.Parser;
import dev.miser.frontend.Source;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.AnalyticCatalog;
import dev.miser.ir.plan.Kernel;
import dev.miser.ir.plan.Schedule;
import dev.miser.ir.plan.ScheduleVerifier;
import dev.miser.ir.plan.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each rule of a schedule, broken once in a schedule that is otherwise legal. */
class ScheduleVerifierTest {
  private static final String HEAD =
      """
      schedule @f(%x: f32[1,4], param %w: f32[1,4], state %s: f32[1,4] = fill(0.0)) -> f32[1,8] \
      target {vector_bits = 256, workers = 2, l1 = 32768, l2 = 1048576, tile = [6, 2]} {
      """;

  private static Schedule parse(String init, String step) {
    String text =
        HEAD + "init {\n" + init + "}\nstep {\n" + step + "}\nreturn %c, state %s = %b\n}\n";
    return Parser.parse(new Source("test", text)).schedule();
  }

  private static void check(String init, String step, String... expected) {
    check(parse(init, step), expected);
  }

  private static void check(Schedule schedule, String... expected) {
    assertEquals(
        List.of(expected),
        ScheduleVerifier.verify(schedule, new AnalyticCatalog()).stream()
            .map(d -> d.code().text() + ": " + d.message())
            .toList());
  }

  /**
   * Returns the legal schedule with its steps in this order; text would be refused by the parser.
   */
  private static Schedule withSteps(int... order) {
    Schedule legal = parse(INIT, A + B + C);
    return legal.withSteps(
        legal.init(), Arrays.stream(order).mapToObj(legal.steps()::get).toList());
  }

  private static final String INIT = "kernel loop (%n) {\n%n = negate %w : f32[1,4]\n}\n";
  private static final String A =
      "kernel loop (%a) {\n%t = add %x, %n : f32[1,4]\n%a = add %t, %s : f32[1,4]\n}\n";
  private static final String B = "kernel loop (%b) {\n%b = exp %a : f32[1,4]\n}\n";
  private static final String C = "view %c = concat %a, %b {axis = 1} : f32[1,8]\n";

  @Test
  void aLegalScheduleIsLegal() {
    check(INIT, A + B + C);
  }

  @Test
  void initReadsNothingOfTheStep() {
    check(
        "kernel loop (%n) {\n%n = negate %x : f32[1,4]\n}\n",
        A + B + C, "schedule.kernel: kernel (%n): init reads %x, which only the step knows");
  }

  @Test
  void valuesAreDefinedBeforeTheirUse() {
    check(withSteps(1, 0, 2), "parse.undefined: use of %a, which is not defined");
  }

  @Test
  void valuesAreDefinedOnce() {
    check(
        withSteps(0, 1, 1, 2),
        "parse.redefinition: %b is defined already",
        "parse.redefinition: %b is defined already");
  }

  @Test
  void whatIsReturnedIsDefined() {
    check(withSteps(0, 1), "parse.undefined: use of %c, which is not defined");
  }

  @Test
  void whatIsLocalToAKernelIsNotSeenOutside() {
    Schedule legal = parse(INIT, A + B + C);
    Value local = ((Kernel) legal.steps().getFirst()).body().getFirst().result();
    Schedule schedule =
        new Schedule(
            legal.name(),
            legal.target(),
            legal.parameters(),
            legal.init(),
            legal.steps(),
            List.of(local),
            legal.updates());
    check(schedule, "parse.undefined: use of %t, which is not defined");
  }

  @Test
  void outputsAreDefinedInTheBody() {
    Schedule legal = parse(INIT, A + B + C);
    Kernel a = (Kernel) legal.steps().getFirst();
    var outputs = new ArrayList<Value>(a.outputs());
    outputs.add(legal.results().getFirst());
    var steps = new ArrayList<Step>(legal.steps());
    steps.set(0, new Kernel(a.algorithm(), a.body(), outputs, 0, a.place()));
    check(
        legal.withSteps(legal.init(), steps),
        "schedule.kernel: kernel (%a, %c): output %c is not defined in its body",
        "parse.redefinition: %c is defined already");
  }

  @Test
  void kernelsHaveOutputs() {
    Schedule legal = parse(INIT, A + B + C);
    var steps = new ArrayList<Step>(legal.steps());
    Kernel b = (Kernel) legal.steps().get(1);
    Instruction other =
        new Instruction(
            new Value("u", b.outputs().getFirst().type()), b.body().getFirst().op(), b.place());
    steps.add(new Kernel("loop", List.of(other), List.of(), 0, b.place()));
    check(legal.withSteps(legal.init(), steps), "schedule.kernel: kernel (): it has no outputs");
  }

  @Test
  void theAlgorithmIsOneOfTheCatalogue() {
    check(
        INIT,
        A.replace("kernel loop", "kernel gemm") + B + C,
        "schedule.algorithm: no algorithm 'gemm' for kernel (%a); known: loop");
  }

  @Test
  void theWorkspaceIsWhatTheAlgorithmNeeds() {
    check(
        INIT,
        A.replace("(%a)", "(%a) workspace 64") + B + C,
        "schedule.kernel: kernel (%a): workspace is 64, expected 0");
  }

  @Test
  void aGroupIsOneKernel() {
    check(
        INIT,
        A
            + "kernel norm (%b) {\n%u = softmax %a {axis = 1} : f32[1,4]\n"
            + "%b = softmax %u {axis = 0} : f32[1,4]\n}\n"
            + C,
        "schedule.algorithm: no algorithm 'norm' for kernel (%b); it cannot be one kernel");
  }

  @Test
  void viewsMoveNoBytes() {
    check(
        INIT,
        A + B + C + "view %r = reverse %a {axes = [1]} : f32[1,4]\n",
        "schedule.view: %r is not a view: reverse moves bytes");
  }

  @Test
  void slicesThatAreViewsAreContiguous() {
    check(
        INIT,
        A
            + B
            + C
            + "view %r = slice %a {start = [0, 0], limit = [1, 4], stride = [1, 2]}"
            + " : f32[1,2]\n",
        "schedule.view: %r is not a view: the slice is not contiguous");
  }

  @Test
  void concatsThatAreViewsJoinAlongTheOutermostAxis() {
    check(
        INIT,
        "kernel loop (%n2) {\n%n2 = broadcast %n {shape = [2, 4], dims = [0, 1]} : f32[2,4]\n}\n"
            + "kernel loop (%m2) {\n%m2 = negate %n2 : f32[2,4]\n}\n"
            + "view %d = concat %n2, %m2 {axis = 1} : f32[2,8]\n"
            + A
            + B
            + C,
        "schedule.view: %d is not a view: an axis outside of axis 1 is not 1");
  }

  @Test
  void concatsThatAreViewsHoldWhatKernelsOfTheStepWrite() {
    check(
        INIT,
        A + B + C + "view %d = concat %x, %n {axis = 1} : f32[1,8]\n",
        "schedule.view: %d is not a view: no kernel of the same entry writes %x",
        "schedule.view: %d is not a view: no kernel of the same entry writes %n");
  }

  @Test
  void aValueLiesInsideOneConcat() {
    check(
        INIT,
        A + B + C + "view %d = concat %b, %b {axis = 1} : f32[1,8]\n",
        "schedule.view: %d is not a view: %b lies inside another concat already",
        "schedule.view: %d is not a view: %b lies inside another concat already");
  }
}
