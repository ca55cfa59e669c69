package dev.miser.bench;

import java.lang.foreign.MemorySegment;

/** A loaded model, whoever runs it; it has its inputs. */
interface Side {
  /** Runs the model once. */
  void step();

  /** Returns the bytes of a result of the last step. */
  MemorySegment result(int index);
}
