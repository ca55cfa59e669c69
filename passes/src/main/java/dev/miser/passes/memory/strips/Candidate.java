package dev.miser.passes.memory.strips;

/**
 * A chain of adjacent steps and how it would be cut.
 *
 * @param first the position of the first step
 * @param last the position of the last, a kernel, whose output is cut
 * @param axis the axis of that output
 * @param size how many elements along the axis a strip has; the last may have fewer
 * @param count how many strips there are
 * @param peakBytes the most bytes alive while they run, as far as can be told
 * @param seconds how much longer it takes, predicted
 */
record Candidate(
    int first, int last, int axis, long size, int count, long peakBytes, double seconds) {
  /** Returns strip {@code number} of an output with so many elements along the axis. */
  Part strip(int number, long elements) {
    return new Part(axis, number * size, Math.min(elements, (number + 1) * size));
  }
}
