package dev.miser.passes.memory.strips;

/** A machine in the middle: good enough to tell which of two ways to run kernels is slower. */
final class Speed {
  private static final double FLOPS_PER_SECOND = 100e9;
  private static final double BYTES_PER_SECOND = 20e9;
  private static final double SECONDS_PER_KERNEL = 5e-6;

  private Speed() {}

  /** Returns how long a kernel takes that reads and writes so many bytes. */
  static double seconds(double flops, long bytes) {
    return SECONDS_PER_KERNEL + flops / FLOPS_PER_SECOND + bytes / BYTES_PER_SECOND;
  }

  /** Returns how long copying takes. */
  static double copy(long bytes) {
    return SECONDS_PER_KERNEL + 2 * bytes / BYTES_PER_SECOND;
  }
}
