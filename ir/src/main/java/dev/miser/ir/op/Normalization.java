package dev.miser.ir.op;

/** An operation that rescales elements by statistics of their neighbours. */
public sealed interface Normalization extends Op
    permits Softmax, LayerNorm, RmsNorm, BatchNorm, GroupNorm, LocalResponseNorm {
  /** Returns the operand that is rescaled. */
  Value x();
}
