package dev.miser.runtime;

import java.util.List;

/**
 * A tensor that a program exchanges with its caller, and where it lies in the arena.
 *
 * @param role what it is exchanged for
 * @param name the value's name in text
 * @param element the element type in text, such as {@code f32}
 * @param dims sizes, outermost first
 * @param offset bytes from the start of the arena
 * @param bytes size in bytes
 * @param loads the pieces in which a parameter or state is loaded, in order
 */
public record Slot(
    Role role,
    String name,
    String element,
    List<Long> dims,
    long offset,
    long bytes,
    List<Load> loads) {
  /** What a tensor is exchanged for. */
  public enum Role {
    /** Set by the caller before each step; a step may overwrite it. */
    INPUT,
    /** Loaded once, before or during init. */
    PARAM,
    /** Loaded once; replaced by each step. */
    STATE,
    /** Written by each step; valid until the next. */
    RESULT
  }

  /**
   * A piece of a parameter.
   *
   * @param kernel the kernel of init right before which it is loaded; the number of init's kernels
   *     if after all of them
   * @param from its first byte in the parameter
   * @param bytes its size
   */
  public record Load(int kernel, long from, long bytes) {}

  public Slot {
    dims = List.copyOf(dims);
    loads = List.copyOf(loads);
  }
}
