package dev.miser.ir.op;

/**
 * An operation that orders elements along an axis; stable, ties by index, NaN above all numbers, -0
 * equal to 0.
 */
public sealed interface Ordering extends Op permits Sort, TopK {}
