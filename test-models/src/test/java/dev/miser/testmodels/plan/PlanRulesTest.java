package dev.miser.testmodels.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.miser.frontend.Parser;
import dev.miser.frontend.Source;
import dev.miser.ir.plan.AnalyticCatalog;
import dev.miser.ir.plan.Plan;
import dev.miser.ir.plan.PlanChecker;
import dev.miser.ir.plan.ScheduleVerifier;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each rule of a plan, broken by one edit of a plan's text. */
class PlanRulesTest {
  private static final String PLAN =
      """
      plan @f(%x: f32[64], param %w: f32[64]) -> f32[64] \
      target {vector_bits = 256, workers = 2, l1 = 32768, l2 = 1048576, tile = [6, 2]} {
        init {
        }
        step {
          kernel loop (%a) {
            %a = add %x, %w : f32[64]
          }
          kernel norm (%b) {
            %b = softmax %a {axis = 0} : f32[64]
          }
          kernel loop (%y) {
            %y = add %a, %b : f32[64]
          }
        }
        memory {
          arena 768
          buffer %x at 256 size 256 live [0, 1)
          buffer %w at 0 size 256 live [0, 3)
          buffer %a at 256 size 256 live [0, 3)
          buffer %b at 512 size 256 live [1, 3)
          buffer %y at 256 size 256 live [2, 3)
          in_place %a over %x
          in_place %y over %a
          certificate {naive = 1280, load_bound = 768, lower_bound = 768, found_by = "hand",
            proved_by = "load", nodes = 0, stop = "done"}
        }
        return %y
      }
      """;

  private static void check(String from, String to, String... expected) {
    assertEquals(true, PLAN.contains(from), from);
    judge(PLAN.replace(from, to), expected);
  }

  private static void judge(String text, String... expected) {
    Plan plan = Parser.parse(new Source("test", text)).plan();
    var catalog = new AnalyticCatalog();
    assertEquals(List.of(), ScheduleVerifier.verify(plan.schedule(), catalog));
    assertEquals(
        List.of(expected),
        PlanChecker.check(plan, catalog).stream()
            .map(d -> d.code().text() + ": " + d.message())
            .toList());
  }

  @Test
  void theRightPlanIsRight() {
    check("arena", "arena");
  }

  @Test
  void buffersAreAligned() {
    check(
        "%b at 512",
        "%b at 500", "plan.alignment: buffer %b is at offset 500, not a multiple of 64");
  }

  @Test
  void buffersLieInTheArena() {
    check(
        "arena 768",
        "arena 704",
        "plan.bounds: buffer %b is at offset 512 with 256 bytes, the arena has 704");
  }

  @Test
  void buffersAreWhatTheScheduleNeeds() {
    check(
        "size 256 live [1, 3)",
        "size 256 live [1, 2)",
        "plan.buffer: buffer %b is TRANSIENT of 256 bytes, live [1, 2);"
            + " expected TRANSIENT of 256 bytes, live [1, 3)");
  }

  @Test
  void everyValueHasABuffer() {
    check(
        "    buffer %b at 512 size 256 live [1, 3)\n", "", "plan.missing: value %b has no buffer");
  }

  @Test
  void parametersSurviveTheStep() {
    check(
        "%b at 512",
        "%b at 0",
        "plan.overlap: buffers %b and %w overlap at step 1",
        "plan.read: step 0 reads %w, whose bytes hold %b");
  }

  @Test
  void whatIsReadIsWhatWasWritten() {
    check(
        "%b at 512",
        "%b at 256",
        "plan.overlap: buffers %b and %a overlap at step 1",
        "plan.overlap: buffers %y and %b overlap at step 2",
        "plan.in-place: step 1 may not write %b over %a",
        "plan.in-place: step 2 may not write %y over %b",
        "plan.read: step 2 reads %a, whose bytes hold %b",
        "plan.certificate: certificate says load_bound is 768, found 1024");
  }

  @Test
  void takeoversAreDeclared() {
    check(
        "    in_place %y over %a\n",
        "",
        "plan.overlap: buffers %y and %a overlap at step 2",
        "plan.in-place: step 2 may not write %y over %a",
        "plan.certificate: certificate says load_bound is 768, found 1024");
  }

  @Test
  void onlyWhatTheKernelAllowsIsTakenOver() {
    check(
        "in_place %y over %a",
        "in_place %b over %a",
        "plan.in-place: step 1 may not write %b over %a",
        "plan.overlap: buffers %y and %a overlap at step 2",
        "plan.in-place: step 2 may not write %y over %a",
        "plan.certificate: certificate says load_bound is 768, found 1024");
  }

  @Test
  void theCertificateIsComputedAnew() {
    check(
        "naive = 1280",
        "naive = 1216",
        "plan.certificate: certificate says naive is 1216, found 1280");
  }

  @Test
  void theLoadProvesTheLoadBoundAndNoMore() {
    String larger =
        PLAN.replace("arena 768", "arena 832").replace("lower_bound = 768", "lower_bound = 832");
    judge(
        larger,
        "plan.certificate: certificate says the lower bound proved by load is 832, found a load bound of 768");
  }

  @Test
  void theLowerBoundIsNotBelowTheLoadBound() {
    judge(
        PLAN.replace("lower_bound = 768", "lower_bound = 704")
            .replace("proved_by = \"load\"", "proved_by = \"hand\""),
        "plan.certificate: certificate says lower_bound is 704, found a load bound of 768 and an arena of 768");
  }
}
