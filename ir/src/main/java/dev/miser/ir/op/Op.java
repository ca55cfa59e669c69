package dev.miser.ir.op;

import dev.miser.ir.diag.RuleViolation;
import dev.miser.ir.type.TensorType;
import java.util.List;

/**
 * One operation applied to operands. Each is a record whose header declares it: components of type
 * {@link Value} are operands, all others attributes. What others do with an operation is one
 * exhaustive switch per concern, elsewhere.
 */
public sealed interface Op
    permits Source,
        Elementwise,
        Layout,
        Indexing,
        Contraction,
        Reduction,
        Ordering,
        Windowed,
        Normalization,
        Attention {
  /**
   * Returns the type of the result.
   *
   * @throws RuleViolation if the operands or attributes break a rule of this operation
   */
  TensorType inferType();

  /** Returns the operation's name in text, such as {@code reduce_sum}. */
  default String mnemonic() {
    return OpSchema.of(this).mnemonic(this);
  }

  /** Returns the operands in order; absent optional ones are left out. */
  default List<Value> operands() {
    return OpSchema.of(this).operands(this);
  }

  /** Returns this operation over other operands, as many as {@link #operands} gives. */
  default Op withOperands(List<Value> operands) {
    return OpSchema.of(this).withOperands(this, operands);
  }
}
