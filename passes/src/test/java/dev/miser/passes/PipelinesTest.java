package dev.miser.passes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PipelinesTest {
  @Test
  void everyNamedPipelineKeepsTheRulesOfOrder() {
    for (Pipelines.Named<?> named : Pipelines.all()) {
      for (Pipelines.Before rule : Pipelines.ORDER) {
        int first = -1;
        int last = -1;
        for (int i = 0; i < named.lines().size(); i++) {
          Class<?> pass = named.lines().get(i).pass().getClass();
          first = first < 0 && pass == rule.first() ? i : first;
          last = pass == rule.then() ? i : last;
        }
        assertTrue(
            first < 0 || last < 0 || first < last,
            named.name() + ": " + rule.first() + " before " + rule.then() + ": " + rule.because());
      }
    }
  }

  @Test
  void everyRuleOfOrderSpeaksOfAPipeline() {
    for (Pipelines.Before rule : Pipelines.ORDER) {
      assertTrue(
          Pipelines.all().stream()
              .anyMatch(named ->
                  named.passes().stream().anyMatch(pass -> pass.getClass() == rule.first())
                      && named.passes().stream().anyMatch(pass -> pass.getClass() == rule.then())),
          rule.toString());
    }
  }

  @Test
  void everyPassIsInANamedPipelineWithAReason() {
    for (Pass<?> pass : Passes.all()) {
      assertTrue(
          Pipelines.all().stream().anyMatch(named -> named.passes().contains(pass)), pass.name());
    }
    for (Pipelines.Named<?> named : Pipelines.all()) {
      named.lines().forEach(line -> assertFalse(line.reason().isBlank()));
    }
  }

  @Test
  void aPipelinesNameStandsForItsPasses() {
    var pipeline = Pipeline.parse("function(dead-code,standard)").orThrow();
    assertEquals(Pipelines.STANDARD.passes().size() + 1, pipeline.function().size());
    assertEquals(Pipelines.STANDARD.passes(), Pipeline.parse("standard").orThrow().function());
  }

  @Test
  void optionsAreReadAndPrinted() {
    var pipeline = Pipeline.parse("constant-folding{maxBytes=12}").orThrow();
    assertEquals("function(constant-folding{maxBytes=12})", pipeline.toString());
    String refused = "pipeline:1:1: error: option 'maxBytes' of pass 'constant-folding' is ";
    assertEquals(
        refused + "'x', expected an integer [pass.option-value]",
        Pipeline.parse("constant-folding{maxBytes=x}").diagnostics().getFirst().toString());
    assertEquals(
        refused + "'-1', expected at least 0 [pass.option-value]",
        Pipeline.parse("constant-folding{maxBytes=-1}").diagnostics().getFirst().toString());
    assertEquals(
        "pipeline:1:1: error: pass 'constant-folding' has no option 'maxByte', did you mean"
            + " 'maxBytes'?; there are: maxBytes [pass.option]",
        Pipeline.parse("constant-folding{maxByte=1}").diagnostics().getFirst().toString());
  }
}
