package dev.miser.ir.plan;

/**
 * A stretch of the arena that holds values while they live.
 *
 * @param name the value it is named after; a kernel's workspace is {@code <first output>.workspace}
 * @param bytes its size without alignment
 * @param start the first time (step) at which it is alive
 * @param end the time after the last at which it is alive
 */
public record Buffer(String name, Kind kind, long bytes, int start, int end) {
  /** Every buffer starts at a multiple of this many bytes. */
  public static final int ALIGNMENT = 64;

  /** Why a buffer exists. */
  public enum Kind {
    /** An input of each step: its bytes are free after its last use. */
    INPUT,
    /** A parameter as the file holds it. */
    PARAMETER,
    /** State that steps replace. */
    STATE,
    /** What init made for all steps. */
    PERSISTENT,
    /** What a step returns: alive until the step's end. */
    OUTPUT,
    /** What lives and dies within init or a step. */
    TRANSIENT,
    /** A kernel's scratch memory. */
    WORKSPACE
  }

  /** Returns whether two buffers are alive at the same time. */
  public boolean meets(Buffer other) {
    return start < other.end && other.start < end;
  }

  /** Returns the size rounded up to the alignment. */
  public long alignedBytes() {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }
}
