package dev.miser.bench;

/** Something that is done again and again, and how much of it is done each time. */
interface Work {
  /** Does it once. */
  void run();

  /** Returns the floating-point operations, or the bytes read and written, of one run. */
  double amount();
}
