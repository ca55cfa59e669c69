package dev.miser.codegen.pool;

import dev.miser.ir.op.Pool;

/** What the elements under a window become. */
public enum Fold {
  MAX,
  SUM,
  /** Their sum over how many there are inside the image. */
  AVERAGE_INSIDE,
  /** Their sum over the size of the window. */
  AVERAGE_ALL,
  /** The sum of their products with the window's weights. */
  WEIGHTED;

  static Fold of(Pool pool) {
    return switch (pool.kind()) {
      case MAX_POOL -> MAX;
      case SUM_POOL -> SUM;
      case AVERAGE_POOL -> pool.countPadding() ? AVERAGE_ALL : AVERAGE_INSIDE;
    };
  }

  boolean isAverage() {
    return this == AVERAGE_INSIDE || this == AVERAGE_ALL;
  }
}
