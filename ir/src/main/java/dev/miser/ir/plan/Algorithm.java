package dev.miser.ir.plan;

/**
 * One way to run a kernel.
 *
 * @param name as it stands in text
 * @param numericClass algorithms of one class give the same bits; a plan exchanges them only within
 *     it
 * @param workspaceBytes scratch memory for all workers of the Target
 * @param flops floating-point operations
 * @param bytes bytes read and written
 */
public record Algorithm(
    String name, String numericClass, long workspaceBytes, double flops, double bytes) {}
