package dev.miser.ir.plan;

/**
 * What is proved of a plan's arena.
 *
 * @param naiveBytes the sum of all buffers: what no sharing would need
 * @param loadBound the largest sum of buffers alive at one time: no arena can be smaller
 * @param lowerBound the best proved lower bound for the order; at least the load bound
 * @param provedBy who found the layout, and whether it is proved optimal
 */
public record Certificate(long naiveBytes, long loadBound, long lowerBound, String provedBy) {}
