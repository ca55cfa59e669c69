package dev.miser.ir.eval;

import dev.miser.ir.diag.Place;
import dev.miser.ir.func.Instruction;
import dev.miser.ir.op.Op;
import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Function;

/** Evaluates one operation on given tensors, in the declared types. */
final class Given {
  private Given() {}

  /** Returns what the operation made over values of the operands' types computes; named %y. */
  static Tensor run(Function<List<Value>, Op> operation, Tensor... operands) {
    return run(Precision.DECLARED, operation, operands);
  }

  static Tensor run(Precision precision, Function<List<Value>, Op> operation, Tensor... operands) {
    var values = new ArrayList<Value>();
    var tensors = new LinkedHashMap<Value, Tensor>();
    for (Tensor operand : operands) {
      Value value = new Value("x" + values.size(), operand.type());
      values.add(value);
      tensors.put(value, operand);
    }
    Op op = operation.apply(values);
    var instruction = new Instruction(new Value("y", op.inferType()), op, Place.NONE);
    return Reference.evaluate(instruction, tensors, precision);
  }

  /** Returns a vector of f32. */
  static Tensor f32(double... elements) {
    return floats(TensorType.of(ElementType.F32, elements.length), elements);
  }

  static Tensor floats(TensorType type, double... elements) {
    return Tensor.ofDoubles(type, elements).rounded();
  }

  /** Returns a vector of an integer or boolean type. */
  static Tensor integers(ElementType element, long... elements) {
    return Tensor.ofLongs(TensorType.of(element, elements.length), elements);
  }

  static Tensor bools(long... elements) {
    return integers(ElementType.BOOL, elements);
  }

  /** Returns f32 elements 0, 1, 2, ... of this shape. */
  static Tensor counting(long... dims) {
    TensorType type = TensorType.of(ElementType.F32, dims);
    double[] elements = new double[(int) type.elementCount()];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = i;
    }
    return Tensor.ofDoubles(type, elements);
  }

  static Tensor f32(List<Long> dims, double... elements) {
    return floats(
        TensorType.of(ElementType.F32, dims.stream().mapToLong(Long::longValue).toArray()),
        elements);
  }
}
