package dev.miser.ir.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.miser.ir.diag.Place;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Examples;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.TensorType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation has a meaning, of the type that inference says, in both precisions. */
class EveryOperationTest {
  static List<Op> examples() {
    return Examples.all();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void hasAResultOfItsType(Op op) {
    var operands = new HashMap<Value, Tensor>();
    for (Value operand : op.operands()) {
      operands.put(operand, ones(operand.type()));
    }
    var instruction = new Instruction(new Value("y", op.inferType()), op, Place.NONE);
    Tensor declared = Reference.evaluate(instruction, operands, Precision.DECLARED);
    assertEquals(op.inferType(), declared.type());
    Tensor exact = Reference.evaluate(instruction, operands, Precision.DOUBLE);
    assertEquals(declared, exact.rounded());
  }

  private static Tensor ones(TensorType type) {
    int count = Tensor.count(type);
    if (type.element().isFloat()) {
      double[] elements = new double[count];
      Arrays.fill(elements, 1);
      return Tensor.ofDoubles(type, elements);
    }
    long[] elements = new long[count];
    Arrays.fill(elements, 1);
    return Tensor.ofLongs(type, elements);
  }
}
