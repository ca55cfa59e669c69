package dev.miser.ir.op;

/** An operation that multiplies and sums over shared axes. */
public sealed interface Contraction extends Op permits Dot, Convolution, TransposedConvolution {}
