package dev.miser.testmodels.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.plan.Plan;
import dev.miser.ir.plan.PlanChecker;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The plan checker against plans that are wrong, and against a judge that is slow. */
class PlanMutantsTest {
  private static final int EDITS = 1000;
  private static final int MUTANTS = 1000;

  /** How many plans are looked at for one that offers a chance. */
  private static final int ATTEMPTS = 20;

  private static final List<Plan> SAMPLES = PlanSamples.all();

  @Test
  void whatIsWrongByConstructionIsRefused() {
    Map<PlanMutants.Kind, Integer> made = new EnumMap<>(PlanMutants.Kind.class);
    var random = new Random(1);
    PlanMutants.Kind[] kinds = PlanMutants.Kind.values();
    int count = 0;
    for (int i = 0; count < MUTANTS; i++) {
      PlanMutants.Kind kind = kinds[i % kinds.length];
      Plan mutant = null;
      for (int attempt = 0; attempt < ATTEMPTS && mutant == null; attempt++) {
        mutant = PlanMutants.mutant(SAMPLES.get(random.nextInt(SAMPLES.size())), kind, random);
      }
      if (mutant != null) {
        String text = kind + "\n" + mutant;
        List<Diagnostic> found = PlanChecker.check(mutant, PlanSamples.CATALOG);
        assertTrue(
            found.stream().anyMatch(d -> d.code() == kind.code()),
            () -> "refused with " + found + ": " + text);
        made.merge(kind, 1, Integer::sum);
        count++;
      }
    }
    for (PlanMutants.Kind kind : kinds) {
      assertTrue(made.getOrDefault(kind, 0) >= 10, () -> kind + " is too rare: " + made);
    }
  }

  @Test
  void theCheckerAgreesWithTheJudge() {
    int right = 0;
    for (int i = 0; i < EDITS; i++) {
      Plan plan = new PlanEdits(i).edit(SAMPLES.get(i % SAMPLES.size()));
      List<String> complaints = PlanJudge.complaints(plan, PlanSamples.CATALOG);
      List<Diagnostic> found = PlanChecker.check(plan, PlanSamples.CATALOG);
      assertEquals(
          complaints.isEmpty(),
          found.isEmpty(),
          () -> "judge: " + complaints + ", checker: " + found + "\n" + plan);
      right += complaints.isEmpty() ? 1 : 0;
    }
    int accepted = right;
    assertTrue(
        right > EDITS / 10 && right < EDITS * 9 / 10, () -> accepted + " of the edits are right");
  }
}
