package dev.miser.passes.memory.packing;

/** A way to place buffers. Deterministic. */
public interface Strategy {
  /** Returns its name in kebab-case, by which it is chosen. */
  String name();

  /** Returns what it does and where it is published, in one line. */
  String description();

  /** Places all buffers of a problem. */
  Outcome pack(Problem problem, Effort effort);
}
