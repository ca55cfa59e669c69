package dev.miser.passes.memory.packing;

/** Which of the gaps that are wide enough a buffer takes. */
enum Fit {
  /** The lowest. */
  FIRST,
  /** The narrowest, the lowest of equals. */
  BEST,
  /** The widest, the lowest of equals. */
  WORST
}
