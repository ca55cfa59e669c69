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
 * @param loadBefore the kernel of init before which a parameter is loaded; the number of init's
 *     kernels if after all of them
 */
public record Slot(
    Role role,
    String name,
    String element,
    List<Long> dims,
    long offset,
    long bytes,
    int loadBefore) {
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

  public Slot {
    dims = List.copyOf(dims);
  }
}
