package dev.miser.passes;

/** Who is told what a runner does: passes themselves print nothing. */
public interface PassObserver<P> {
  /** Called with what the options ask to be shown: a heading, and the program's text or "". */
  default void show(String heading, String text) {}

  /**
   * Called after each pass that changed the program, once it is verified. What this throws is a
   * failure of the pass: tests evaluate both programs here and compare.
   */
  default void changed(Pass<P> pass, P before, P after) {}
}
