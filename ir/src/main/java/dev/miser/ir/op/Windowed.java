package dev.miser.ir.op;

/** An operation that combines the elements under a sliding window. */
public sealed interface Windowed extends Op permits Pool {}
