package dev.miser.compiler;

/** Who is shown the programs that the options of a run ask to be printed between passes. */
@FunctionalInterface
public interface Dumps {
  /** Shows nobody. */
  Dumps NONE = (heading, text) -> {};

  /** Called with a heading such as {@code after simplify}, and the program's text or "". */
  void show(String heading, String text);
}
