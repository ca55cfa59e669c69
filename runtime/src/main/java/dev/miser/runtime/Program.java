package dev.miser.runtime;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * What emitted code offers: kernels over one static arena, each cut into tiles that may run in any
 * order and on any worker; where there is one worker only, they run in ascending order. Kernels are
 * numbered as they run: those of init first, then those of a step.
 */
public interface Program {
  /** Returns the program's name in text. */
  String name();

  /** Returns the arena; every offset is in bytes from its start. */
  MemorySegment arena();

  /** Returns how many workers may run tiles of one kernel at a time. */
  int maximumWorkers();

  /** Returns how many kernels belong to init. */
  int initKernels();

  /** Returns every kernel, in the order in which they run. */
  List<KernelInfo> kernels();

  /** Returns parameters, inputs, results and state, each in its order in the text. */
  List<Slot> slots();

  /** Returns the stretches of the arena that hold what init made for steps. */
  List<Stretch> persistent();

  /** Returns what is copied after the last kernel of a step: next states to their states. */
  List<Copy> copies();

  /**
   * Has the JVM compile the methods that kernels spend their time in, by calling them with tiny
   * sizes on the first bytes of the arena: to be called before anything lies there.
   */
  void warmUp();

  /**
   * Runs one tile.
   *
   * @param kernel its number, counting those of init
   * @param tile below the kernel's number of tiles
   * @param worker below {@link #maximumWorkers}; two tiles at a time never have the same
   */
  void tile(int kernel, int tile, int worker);

  /** A stretch of the arena. */
  record Stretch(long offset, long bytes) {}

  /** Bytes to copy inside the arena. */
  record Copy(long from, long to, long bytes) {}
}
