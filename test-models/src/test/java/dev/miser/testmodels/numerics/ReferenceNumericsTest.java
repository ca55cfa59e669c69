package dev.miser.testmodels.numerics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.miser.ir.eval.Evaluation;
import dev.miser.ir.eval.Inputs;
import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Reference;
import dev.miser.ir.func.Verifier;
import dev.miser.ir.type.ElementType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The reference evaluator against every number recorded with PyTorch. */
class ReferenceNumericsTest {
  @Test
  void everyRecordedCaseIsBuilt() {
    var names = new HashSet<String>();
    OpCases.all(ElementType.F32).forEach(opCase -> names.add(opCase.name()));
    assertEquals(232, names.size());
  }

  @ParameterizedTest
  @EnumSource(names = {"F64", "F32", "F16", "BF16"})
  void declaredTypesStayWithinTheirBounds(ElementType real) {
    check(OpCases.all(real), Precision.DECLARED);
  }

  @Test
  void doubleStaysWithinItsBound() {
    check(OpCases.all(ElementType.F64), Precision.DOUBLE);
  }

  private static void check(List<OpCase> cases, Precision precision) {
    var complaints = new ArrayList<String>();
    for (OpCase opCase : cases) {
      assertEquals(List.of(), Verifier.verify(opCase.function()), opCase.name());
      Evaluation evaluation =
          Reference.evaluate(opCase.function(), Inputs.of(opCase.inputs()), precision);
      for (int i = 0; i < opCase.expected().size(); i++) {
        String complaint =
            opCase.bounds().get(i).complaint(opCase.expected().get(i), evaluation.results().get(i));
        if (complaint != null) {
          complaints.add(opCase.name() + " result " + i + " " + complaint);
        }
      }
    }
    assertEquals(List.of(), complaints);
  }
}
