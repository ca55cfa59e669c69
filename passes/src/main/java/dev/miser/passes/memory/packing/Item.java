package dev.miser.passes.memory.packing;

import java.util.List;

/**
 * A buffer to be placed.
 *
 * @param name what reports call it
 * @param size in bytes
 * @param lives when it is alive: in order of time, apart from each other, at least one
 * @param alignment its offset is a multiple of this
 * @param pinned the offset it must have, or {@link #ANYWHERE}
 */
public record Item(String name, long size, List<Lifetime> lives, long alignment, long pinned) {
  /** The {@code pinned} of a buffer that may lie at any offset. */
  public static final long ANYWHERE = -1;

  public Item {
    lives = List.copyOf(lives);
    if (size < 0) {
      throw new IllegalArgumentException(name + ": the size must not be negative: " + size);
    }
    if (alignment < 1) {
      throw new IllegalArgumentException(name + ": the alignment must be positive: " + alignment);
    }
    if (pinned < ANYWHERE || (pinned > 0 && pinned % alignment != 0)) {
      throw new IllegalArgumentException(
          name + ": no multiple of " + alignment + " to be pinned at: " + pinned);
    }
    if (lives.isEmpty()) {
      throw new IllegalArgumentException(name + ": it is never alive");
    }
    for (int i = 1; i < lives.size(); i++) {
      if (lives.get(i - 1).upper() > lives.get(i).lower()) {
        throw new IllegalArgumentException(name + ": its lives must be in order and apart");
      }
    }
  }

  /** Returns a buffer alive in [lower, upper) that may lie anywhere. */
  public static Item of(String name, long size, long lower, long upper) {
    return new Item(name, size, List.of(new Lifetime(lower, upper)), 1, ANYWHERE);
  }

  public Item alignedTo(long bytes) {
    return new Item(name, size, lives, bytes, pinned);
  }

  public Item pinnedAt(long offset) {
    return new Item(name, size, lives, alignment, offset);
  }

  public boolean isPinned() {
    return pinned != ANYWHERE;
  }

  /** Returns when it is first alive. */
  public long lower() {
    return lives.getFirst().lower();
  }

  /** Returns the time after it is last alive. */
  public long upper() {
    return lives.getLast().upper();
  }
}
