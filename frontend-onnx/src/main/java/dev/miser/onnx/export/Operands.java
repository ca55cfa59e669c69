package dev.miser.onnx.export;

import dev.miser.ir.op.Value;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The graph's value for each value of the function. Elementwise ONNX operators stretch sizes of 1
 * by themselves, so a broadcast is kept as what it stretches, and is stretched by a node of its own
 * only once an operator asks for the whole.
 */
final class Operands {
  private final Formula formula;
  private final Map<Value, Value> whole = new HashMap<>();
  private final Map<Value, Value> compact = new HashMap<>();

  Operands(Formula formula) {
    this.formula = formula;
  }

  /** Says which value of the graph stands for one of the function. */
  void define(Value value, Value whole) {
    this.whole.put(value, whole);
  }

  /** Says of which value, of equal rank, a broadcast is the stretched form. */
  void defineCompact(Value value, Value compact) {
    this.compact.put(value, compact);
  }

  /** Returns a value in its own shape. */
  Value of(Value value) {
    Value found = whole.get(value);
    if (found == null) {
      found = formula.graph().keepingName(formula.expand(compactOf(value), value.type().shape()));
      whole.put(value, found);
    }
    return found;
  }

  /** Returns a value of f32 that stands for one of bfloat16, converted once; others as they are. */
  Value withoutBfloat16(Value value) {
    if (value.type().element() != ElementType.BF16) {
      return value;
    }
    Value wide = new Value(value.name(), value.type().withElement(ElementType.F32));
    if (!whole.containsKey(wide) && !compact.containsKey(wide)) {
      if (compact.containsKey(value)) {
        compact.put(wide, formula.cast(compactOf(value), ElementType.F32));
      } else {
        whole.put(wide, formula.graph().keepingName(formula.cast(of(value), ElementType.F32)));
      }
    }
    return wide;
  }

  private Value compactOf(Value value) {
    Value found = compact.get(value);
    if (found == null) {
      throw new IllegalArgumentException(value + " is used before its definition");
    }
    return found;
  }

  /** Returns values that an elementwise operator stretches to their common shape. */
  List<Value> stretching(List<Value> values) {
    var operands = new ArrayList<Value>();
    for (Value value : values) {
      operands.add(compact.containsKey(value) ? compactOf(value) : of(value));
    }
    Shape met = Shape.SCALAR;
    for (Value operand : operands) {
      met = Formula.broadcast(met, operand.type().shape());
    }
    if (!met.equals(values.getFirst().type().shape())) {
      operands.set(0, of(values.getFirst()));
    }
    return operands;
  }
}
