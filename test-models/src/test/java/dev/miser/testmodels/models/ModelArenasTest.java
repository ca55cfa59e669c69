package dev.miser.testmodels.models;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.miser.compiler.Miser;
import dev.miser.ir.plan.Certificate;
import dev.miser.ir.plan.Plan;
import dev.miser.ir.plan.Target;
import dev.miser.testmodels.ModelZoo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every model at its real size, through all passes: its arena is proved to be the smallest. */
class ModelArenasTest {
  @ParameterizedTest
  @MethodSource("dev.miser.testmodels.ModelZoo#models")
  void theArenaIsNoLargerThanTheBytesAliveAtOnce(ModelZoo.Model model) {
    Plan plan = Miser.compile(model.build()).target(Target.GOLDEN).compilation().plan();
    Certificate certificate = plan.certificate();
    assertEquals(certificate.loadBound(), plan.arenaBytes(), certificate::toString);
    assertEquals(Certificate.Stop.DONE, certificate.stop());
  }
}
