package dev.miser.codegen.rows;

import dev.miser.ir.op.Attention;
import dev.miser.ir.type.ElementType;

/**
 * Sizes of an attention, and what lies where in a worker's workspace: keys in panels, scores and
 * sums of some rows, then accumulators.
 *
 * @param heads the product of the leading axes
 * @param sums the type in which everything is computed
 */
record AttentionShape(
    long heads, long queries, long keys, long depth, long width, ElementType sums) {
  /** Rows that are worked on together. */
  static final int ROWS = 4;

  /** Keys of one panel: two vectors of the widest. */
  static final long PANEL = 32;

  /** Rows of one tile: keys are packed anew for each. */
  static final long TILE = 128;

  static AttentionShape of(Attention op) {
    int rank = op.query().type().rank();
    return new AttentionShape(
        op.query().type().shape().elementCount(0, rank - 2),
        op.query().type().dim(rank - 2),
        op.key().type().dim(rank - 2),
        op.query().type().dim(rank - 1),
        op.value().type().dim(rank - 1),
        Combine.accumulator(op.query().type().element()));
  }

  long bytes() {
    return sums.bytes();
  }

  long panels() {
    return (keys + PANEL - 1) / PANEL;
  }

  /** Returns the bytes of one panel of keys. */
  long panelBytes() {
    return depth * PANEL * bytes();
  }

  long scoresAt() {
    return panels() * panelBytes();
  }

  /** Returns the bytes of one row of scores. */
  long scoreRowBytes() {
    return panels() * PANEL * bytes();
  }

  long resultsAt() {
    return scoresAt() + ROWS * scoreRowBytes();
  }

  /** Returns the bytes of one row of results. */
  long resultRowBytes() {
    return (width * bytes() + 63) / 64 * 64;
  }

  long accumulatorsAt() {
    return resultsAt() + ROWS * resultRowBytes();
  }

  /** Returns the bytes of one row's accumulators: of the largest score and of the sum. */
  static long accumulatorBytes() {
    return 2L * RowWriter.LANES * 8;
  }

  /** Returns the bytes of workspace of one worker. */
  long workspaceBytes() {
    return accumulatorsAt() + ROWS * accumulatorBytes();
  }

  long tilesPerHead() {
    return (queries + TILE - 1) / TILE;
  }
}
