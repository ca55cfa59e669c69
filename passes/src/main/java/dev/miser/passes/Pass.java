package dev.miser.passes;

/**
 * A function from a program to an equivalent program of the same form. A pass is a record: its name
 * is the record's in kebab case, its options are the record's components. It returns the same
 * object when it changed nothing, does not print, and keeps no state between runs.
 *
 * @param <P> the form: Function or Schedule
 */
public interface Pass<P> {
  P run(P program, PassContext context);

  /** Returns the name in text, such as {@code dead-code}. */
  default String name() {
    return PassText.kebabCase(getClass().getSimpleName());
  }
}
