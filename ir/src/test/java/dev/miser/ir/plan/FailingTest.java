package dev.miser.ir.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.miser.ir.diag.Place;
import dev.miser.ir.eval.EvaluationException;
import dev.miser.ir.eval.Precision;
import dev.miser.ir.eval.Reference;
import dev.miser.ir.eval.Tensor;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Binary;
import dev.miser.ir.op.Gather;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Kernels that may fail are those for which the reference evaluator fails. */
class FailingTest {
  private static final Map<Value, Tensor> OPERANDS = Map.of(value(ElementType.I32), ints(5, 0));

  private static Value value(ElementType element) {
    return new Value("x", TensorType.of(element, 2));
  }

  private static Tensor ints(long... elements) {
    return Tensor.ofLongs(value(ElementType.I32).type(), elements);
  }

  private static void check(boolean expected, Op op, Map<Value, Tensor> operands) {
    var instruction = new Instruction(new Value("y", op.inferType()), op, Place.NONE);
    boolean fails = false;
    try {
      Reference.evaluate(instruction, operands, Precision.DECLARED);
    } catch (EvaluationException e) {
      fails = true;
    }
    assertEquals(expected, fails, op.toString());
    var kernel =
        new Kernel("loop", List.of(instruction), List.of(instruction.result()), 0, Place.NONE);
    assertEquals(expected, Failing.mayFail(kernel), op.toString());
  }

  @Test
  void integersDividedByZeroFail() {
    Value x = value(ElementType.I32);
    for (Binary.Kind kind : Binary.Kind.values()) {
      if (kind.domain() != Binary.Domain.FLOAT) {
        boolean divides =
            switch (kind) {
              case DIVIDE, REMAINDER, FLOOR_REMAINDER -> true;
              default -> false;
            };
        check(divides, new Binary(kind, x, x), OPERANDS);
      }
    }
  }

  @Test
  void floatsDividedByZeroDoNot() {
    Value x = value(ElementType.F32);
    Tensor zeros = Tensor.ofDoubles(x.type(), 0, 0);
    check(false, new Binary(Binary.Kind.DIVIDE, x, x), Map.of(x, zeros));
  }

  @Test
  void indicesOutOfRangeFail() {
    Value x = value(ElementType.I32);
    check(true, new Gather(x, x, 0, false), OPERANDS);
  }
}
