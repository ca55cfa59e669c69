package dev.miser.passes;

/**
 * Facts computed from a program; a constant, so that a context can keep its results.
 *
 * @param <P> the program's form
 * @param <A> the facts; they must not refer to the program object itself, or it is never freed
 */
public interface Analysis<P, A> {
  A of(P program);
}
