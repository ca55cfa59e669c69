package dev.miser.driver;

/** How a number of things is written. */
final class Plural {
  private Plural() {}

  /** Returns {@code 1 tensor} or {@code 2 tensors}. */
  static String of(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }
}
