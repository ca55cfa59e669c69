package dev.miser.runtime;

/**
 * What is known of a kernel before it runs.
 *
 * @param label its algorithm and the values it defines
 * @param checked the value whose elements it checks (indices, divisors), or an empty string
 * @param tiles how many tiles it is cut into
 * @param flops floating-point operations
 * @param bytes bytes read and written
 */
public record KernelInfo(String label, String checked, int tiles, double flops, double bytes) {}
