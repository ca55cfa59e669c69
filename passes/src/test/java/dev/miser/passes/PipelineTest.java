package dev.miser.passes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.diag.Diagnostic;
import java.util.List;
import org.junit.jupiter.api.Test;

class PipelineTest {
  private static void refused(String text, String... expected) {
    List<String> found =
        Pipeline.parse(text).diagnostics().stream().map(Diagnostic::toString).toList();
    assertEquals(expected.length, found.size(), found.toString());
    for (int i = 0; i < expected.length; i++) {
      String shown = found.get(i);
      assertTrue(shown.startsWith("pipeline:1:" + expected[i]), shown);
    }
  }

  private static void reads(String text, String canonical) {
    Pipeline pipeline = Pipeline.parse(text).orThrow();
    assertEquals(canonical, pipeline.toString());
    assertEquals(pipeline, Pipeline.parse(canonical).orThrow());
  }

  @Test
  void flatListsAndFormsAreTheSame() {
    reads("dead-code , dead-code", "function(dead-code,dead-code)");
    reads("function(dead-code) schedule()", "function(dead-code)");
    reads("", "");
  }

  @Test
  void unknownNamesAreReportedAllAtOnceWithTheValidOnes() {
    refused(
        "ded-code,dead-code,nothing",
        "1: error: unknown pass 'ded-code', did you mean 'dead-code'?; there are: ",
        "20: error: unknown pass 'nothing'; there are: ");
  }

  @Test
  void unknownOptionsAreReportedAllAtOnce() {
    refused(
        "dead-code{x=1,y=2}",
        "1: error: pass 'dead-code' has no option 'x'; it has none [pass.option]",
        "1: error: pass 'dead-code' has no option 'y'; it has none [pass.option]");
  }

  @Test
  void syntaxIsReportedOnce() {
    refused("function(dead-code", "19: error: found 'the end' in pipeline, expected ',' or ')'");
    refused("dead-code)", "10: error: found ')' in pipeline, expected ',' or the end");
    refused("dead-code{x}", "12: error: found '}' in pipeline, expected '='");
    refused("dead-code,,", "11: error: found ',' in pipeline, expected a pass");
    refused("plan(x)", "1: error: found 'plan' in pipeline, expected function(...)");
    refused(
        "schedule() function(dead-code)",
        "12: error: found 'function' in pipeline, expected nothing");
    refused("(", "1: error: found '(' in pipeline, expected");
    refused("\u0000", "1: error: found '\u0000' in pipeline, expected a pass");
  }

  @Test
  void namesAreDistinct() {
    assertEquals(Passes.names().size(), Passes.names().stream().distinct().count());
  }
}
