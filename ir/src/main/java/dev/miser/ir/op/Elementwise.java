package dev.miser.ir.op;

/** An operation that computes each element of its result from the same element of its operands. */
public sealed interface Elementwise extends Op
    permits Unary, Binary, Compare, Select, Convert, Bitcast {}
