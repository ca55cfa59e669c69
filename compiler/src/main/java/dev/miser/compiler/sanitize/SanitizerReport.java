package dev.miser.compiler.sanitize;

import org.jspecify.annotations.Nullable;

/**
 * What a sanitizer watched, and the first thing that it found.
 *
 * @param kernels how many runs of kernels were watched
 * @param guards how many guards between buffers were looked at after each of them
 * @param poisonedBytes how many dead bytes were poisoned, each time that they died
 * @param finding null if all is well
 */
public record SanitizerReport(
    long kernels, long guards, long poisonedBytes, @Nullable Finding finding) {
  /** Returns the sum of two reports of which the first found nothing. */
  public SanitizerReport plus(SanitizerReport next) {
    return new SanitizerReport(
        kernels + next.kernels,
        guards + next.guards,
        poisonedBytes + next.poisonedBytes,
        next.finding);
  }

  public boolean isGood() {
    return finding == null;
  }

  /** Returns one line that says what was watched, and what was found. */
  @Override
  public String toString() {
    return "%d kernels, %d guards, %d bytes poisoned: %s"
        .formatted(
            kernels, guards, poisonedBytes, finding == null ? "nothing found" : finding.toString());
  }
}
