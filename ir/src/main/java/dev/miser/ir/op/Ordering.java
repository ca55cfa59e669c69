package dev.miser.ir.op;

/**
 * An operation that orders elements along an axis; stable, ties by index, NaN above all numbers.
 */
public sealed interface Ordering extends Op permits Sort, TopK {}
