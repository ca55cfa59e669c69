package dev.miser.ir.op;

/** An operation that combines elements along axes. */
public sealed interface Reduction extends Op permits Reduce, ArgReduce, Cumulative {}
